using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Store;

/// <summary>
/// Adds and changes snapshotters. A service that runs on the same store notices within a second. What throws, throws
/// <see cref="ConsensusException"/>.
/// </summary>
public interface ISnapshotterRegistry
{
    /// <summary>All that are not removed, by alias.</summary>
    ValueTask<IReadOnlyList<Snapshotter>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// False when the alias, the instance id or the address is taken; the number is given by the store.
    /// </summary>
    ValueTask<bool> AddAsync(Snapshotter snapshotter, CancellationToken cancellationToken);

    /// <summary>
    /// Changes everything but the number and the alias; false when there is none with this alias, or another has the
    /// instance id or the address. Registrations stay: who is active again is on the rosters of rounds that open then.
    /// </summary>
    ValueTask<bool> ChangeAsync(Snapshotter snapshotter, CancellationToken cancellationToken);

    /// <summary>Ends its registrations and frees its alias; its votes stay. False when it was removed before.</summary>
    ValueTask<bool> RemoveAsync(int snapshotter, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The names of the projects that it is registered for, in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> ProjectsOfAsync(int snapshotter, CancellationToken cancellationToken);
}
