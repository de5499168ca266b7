using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>
/// The one writer's way into the store, a transaction at a time: begin, register, find, write, commit. All is on disk
/// when the commit returns, or nothing is. What throws, throws <see cref="ConsensusException"/>, and has rolled back.
/// </summary>
public interface IStoreWriter : IAsyncDisposable
{
    ValueTask BeginAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Finds or adds a project, and registers a snapshotter for it; the flag is false when it was registered before.
    /// </summary>
    /// <param name="stream">The stream of a project that is new.</param>
    ValueTask<(Project Project, bool IsNew)> RegisterAsync(
        string project, EpochStream stream, int snapshotter, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The numbers of all projects of a stream.</summary>
    ValueTask<IReadOnlyList<int>> ProjectsAsync(EpochStream stream, CancellationToken cancellationToken);

    ValueTask<bool> IsRegisteredAsync(int project, int snapshotter, CancellationToken cancellationToken);

    /// <summary>Makes the rounds void that an epoch had before this release of it, and keeps them apart.</summary>
    /// <returns>Their projects; none when this release is known already.</returns>
    ValueTask<IReadOnlyList<int>> VoidAsync(
        EpochStream stream, ReleasedEpoch epoch, CancellationToken cancellationToken);

    /// <summary>Rounds that closed before this time, have their record, and still have their votes.</summary>
    ValueTask<IReadOnlyList<RoundKey>> PrunableAsync(
        DateTimeOffset before, int most, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the rounds that are not held, and adds to those that are what another instance has written. No other
    /// instance changes any of them before the commit. A round that is held and was made void is read as it now is.
    /// </summary>
    ValueTask<IReadOnlyList<RoundFound>> FindAsync(
        IReadOnlyCollection<RoundNeed> needs, CancellationToken cancellationToken);

    ValueTask WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellationToken);

    ValueTask CommitAsync(CancellationToken cancellationToken);

    /// <summary>Drops what was written since the beginning. Never throws.</summary>
    ValueTask RollBackAsync();
}
