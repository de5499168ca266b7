using Outpost.Consensus.Store;

namespace Outpost.Consensus.Push;

/// <summary>
/// The newest changes, each with a number that grows, for as many readers as there are: each reads at its own pace,
/// and whoever is too slow finds that what it wanted is gone. Safe for use from several threads.
/// </summary>
internal sealed class EventRing
{
    private readonly Lock _gate = new();
    private readonly Change[] _kept;
    private readonly long _first;
    private long _next;
    private TaskCompletionSource? _waiting;

    /// <param name="firstId">The number of the first change: above all that an earlier run has given.</param>
    /// <param name="capacity">How many are kept.</param>
    public EventRing(long firstId, int capacity)
    {
        _kept = new Change[capacity];
        _first = firstId;
        _next = firstId;
    }

    /// <summary>The number of the newest change; one below the first when there was none.</summary>
    public long Newest
    {
        get
        {
            lock (_gate)
            {
                return _next - 1;
            }
        }
    }

    /// <summary>Keeps what was written, in its order.</summary>
    public void Add(IReadOnlyList<Change> changes)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            foreach (var change in changes)
            {
                _kept[_next++ % _kept.Length] = change;
            }

            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.TrySetResult();
    }

    /// <summary>What came after a number, some of it at once, oldest first; null when its beginning is gone.</summary>
    public IReadOnlyList<(long Id, Change Change)>? After(long id, int most)
    {
        lock (_gate)
        {
            if (id >= _next || id < Math.Max(_first, _next - _kept.Length) - 1)
            {
                return null;
            }

            var changes = new List<(long, Change)>();
            for (var at = id + 1; at < _next && changes.Count < most; at++)
            {
                changes.Add((at, _kept[at % _kept.Length]));
            }

            return changes;
        }
    }

    /// <summary>Ends when there is something after this number, at once when there is already.</summary>
    public Task MoreAsync(long id)
    {
        lock (_gate)
        {
            return id < _next - 1
                ? Task.CompletedTask
                : (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
