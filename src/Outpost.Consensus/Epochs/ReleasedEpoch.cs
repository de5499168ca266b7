namespace Outpost.Consensus.Epochs;

/// <summary>An epoch that was announced: from then on snapshots of it are taken.</summary>
/// <param name="Epoch">Its blocks.</param>
/// <param name="ReleasedAt">When it was written down, to the millisecond.</param>
/// <param name="LastBlockHash">The hash of its last block, "0x…"; null when the chain was not asked.</param>
public sealed record ReleasedEpoch(Epoch Epoch, DateTimeOffset ReleasedAt, string? LastBlockHash)
{
    /// <summary>When the chain was found to have left its blocks; null as long as it stands.</summary>
    public DateTimeOffset? InvalidatedAt { get; init; }

    /// <summary>How often it was released: again, with another hash, after the chain had left its blocks.</summary>
    public int Releases { get; init; } = 1;
}
