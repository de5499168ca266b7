using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>What became of a sent transaction.</summary>
public abstract record Sighting
{
    private Sighting() { }

    /// <summary>In a block, with whatever code.</summary>
    public sealed record InBlock(TransactionResult Result) : Sighting;

    /// <summary>No mempool takes it any more, though blocks still could: the lane has to look into it.</summary>
    public sealed record Dropped : Sighting;

    /// <summary>Its last possible block has passed without it.</summary>
    public sealed record Never : Sighting;

    /// <summary>Its last possible block passed long ago, and no endpoint can tell whether a block has it.</summary>
    public sealed record Unknown(string Detail) : Sighting;
}
