using Outpost.Sdk.Evm;

namespace Outpost.Consensus.Proofs;

/// <summary>What came of checking an exported file.</summary>
/// <param name="Kind">What it holds: verdict, inclusion, consistency or head; null when nothing that is known.</param>
/// <param name="Signer">The address whose signatures were found; null when none was right.</param>
/// <param name="Checked">What holds, a sentence each.</param>
/// <param name="Problems">What does not; empty when the file is to be believed as far as its signer is.</param>
public sealed record ProofReport(
    string? Kind, EvmAddress? Signer, IReadOnlyList<string> Checked, IReadOnlyList<string> Problems)
{
    /// <summary>True when nothing is wrong.</summary>
    public bool IsGood => Problems.Count == 0;
}
