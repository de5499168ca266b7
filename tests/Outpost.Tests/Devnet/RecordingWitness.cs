using Outpost.Devnet;

namespace Outpost.Tests.Devnet;

/// <summary>Keeps all that a witness hears.</summary>
internal sealed class RecordingWitness : IChainWitness
{
    public List<WindowOpening> Openings { get; } = [];

    public List<CheckedTransaction> Checks { get; } = [];

    public List<CommittedBlock> Blocks { get; } = [];

    public void Opened(WindowOpening opening) => Openings.Add(opening);

    public void Checked(CheckedTransaction transaction) => Checks.Add(transaction);

    public void Committed(CommittedBlock block) => Blocks.Add(block);
}
