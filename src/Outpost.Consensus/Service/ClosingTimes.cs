using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Service;

/// <summary>When which round is over, and a timer for the next one. Used by the writer alone.</summary>
internal sealed class ClosingTimes : IDisposable
{
    /// <summary>A timer that is asked for longer looks again in between.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>More rounds that are over at once, as after a long stop, are closed in several steps.</summary>
    private const int MostAtOnce = 500;

    private readonly PriorityQueue<RoundKey, DateTimeOffset> _closing = new();
    private readonly SteadyClock _clock;
    private readonly ITimer _timer;

    /// <param name="due">Called by the timer, when a round is over.</param>
    public ClosingTimes(SteadyClock clock, TimeProvider time, Action due)
    {
        _clock = clock;
        _timer = time.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(RoundKey key, DateTimeOffset closesAt) => _closing.Enqueue(key, closesAt);

    /// <summary>Takes out the rounds whose last moment is past.</summary>
    public IReadOnlyList<(RoundKey Key, DateTimeOffset ClosesAt)> TakeDue(DateTimeOffset now)
    {
        List<(RoundKey, DateTimeOffset)>? due = null;
        while (_closing.TryPeek(out var key, out var closesAt) && now > closesAt && due?.Count is not MostAtOnce)
        {
            _closing.Dequeue();
            (due ??= []).Add((key, closesAt));
        }

        return due ?? [];
    }

    /// <summary>Sets the timer for the next round.</summary>
    public void Start() => StartAfter(TimeSpan.Zero);

    /// <summary>The same, but not before this time is over.</summary>
    public void StartAfter(TimeSpan least)
    {
        if (_closing.TryPeek(out _, out var closesAt))
        {
            // A vote in the closing millisecond still counts, so the round is over in the next one.
            var left = closesAt.AddMilliseconds(1) - _clock.Now;
            _timer.Change(
                left < least ? least : left > LongestWait ? LongestWait : left, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();
}
