namespace Outpost.Consensus.Epochs;

/// <summary>
/// The durable record of released epochs: whoever follows a chain writes to it, and snapshots are taken only of what
/// stands in it. What a call has written is on disk when it returns. Failures of the disk throw
/// <see cref="ConsensusException"/>. Safe for use from several threads.
/// </summary>
public interface IEpochLedger
{
    /// <summary>The streams that are kept, in the order of the configuration; the first one is the default.</summary>
    IReadOnlyList<EpochStream> Streams { get; }

    /// <summary>The newest epoch of a stream; null when none was released yet.</summary>
    ReleasedEpoch? Last(EpochStream stream);

    /// <summary>The newest epochs of a stream, newest first, as many as are held in memory at most.</summary>
    IReadOnlyList<ReleasedEpoch> Newest(EpochStream stream, int count);

    /// <summary>
    /// Releases an epoch and says when. It has to begin behind the last one and to have the stream's size. Releasing
    /// the last one again changes nothing; one that is invalidated is released anew: its rounds so far are void.
    /// </summary>
    /// <exception cref="ArgumentException">The epoch does not fit the stream.</exception>
    Task<ReleasedEpoch> ReleaseAsync(
        EpochStream stream, Epoch epoch, string? lastBlockHash, CancellationToken cancellationToken);

    /// <summary>
    /// Marks an epoch whose blocks the chain has left: no snapshot of it is taken until it is released anew.
    /// </summary>
    /// <returns>False when no such epoch was released, or it was invalidated before.</returns>
    Task<bool> InvalidateAsync(EpochStream stream, Epoch epoch, CancellationToken cancellationToken);
}
