namespace Outpost.Sdk.Snapshots;

/// <summary>A range of source-chain blocks that is snapshotted at once.</summary>
/// <param name="Begin">Its first block.</param>
/// <param name="End">Its last block, which names it: the wire knows an epoch by its end alone.</param>
public readonly record struct Epoch(long Begin, long End)
{
    /// <summary>Its length in blocks.</summary>
    public long Size => End - Begin + 1;

    /// <summary>Begin and end, such as 1001-1010.</summary>
    public override string ToString() => $"{Begin}-{End}";
}
