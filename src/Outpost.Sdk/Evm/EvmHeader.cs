namespace Outpost.Sdk.Evm;

/// <summary>What tells a block from another one, and where it hangs.</summary>
/// <param name="Timestamp">In seconds since 1970, as the chain has it.</param>
public sealed record EvmHeader(long Number, Hash32 Hash, Hash32 ParentHash, long Timestamp)
{
    /// <summary>The time in the header.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(Timestamp);

    /// <summary>True when this is the block right after the other one.</summary>
    public bool Follows(EvmHeader parent) => Number == parent.Number + 1 && ParentHash == parent.Hash;

    public override string ToString() => $"block {Number} ({Hash})";
}
