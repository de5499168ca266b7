namespace Outpost.Chains.Rpc;

/// <summary>
/// Learns how often an endpoint may be asked: no limit until it answers 429, then half of what it was asked, then a
/// little more with every answer. Callers hold a lock.
/// </summary>
internal sealed class RequestPace
{
    private const double Slowest = 0.5;
    private const double NoLimitFrom = 200;
    private const double MorePerAnswer = 0.05;
    private const int Remembered = 32;

    // A turn further away than this is not waited for: the call then goes out of turn.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // Many calls refused at once are one lesson.
    private static readonly TimeSpan OneLesson = TimeSpan.FromSeconds(1);

    private readonly Queue<TimeSpan> _sent = new(Remembered);
    private TimeSpan _nextTurn;
    private TimeSpan? _lesson;

    /// <summary>Requests a second; null: no limit is known.</summary>
    public double? PerSecond { get; private set; }

    /// <summary>How long until the next request is in turn.</summary>
    public TimeSpan WaitAt(TimeSpan now)
    {
        var wait = PerSecond is null || _nextTurn <= now ? TimeSpan.Zero : _nextTurn - now;
        return wait < LongestWait ? wait : LongestWait;
    }

    /// <summary>A request takes its turn, which begins when <see cref="WaitAt"/> is over.</summary>
    public void Take(TimeSpan now)
    {
        if (_sent.Count == Remembered)
        {
            _sent.Dequeue();
        }

        _sent.Enqueue(now);
        if (PerSecond is { } rate)
        {
            _nextTurn = now + WaitAt(now) + TimeSpan.FromSeconds(1 / rate);
        }
    }

    public void Refused(TimeSpan now)
    {
        if (_lesson is { } last && now - last < OneLesson)
        {
            return;
        }

        _lesson = now;
        PerSecond = Math.Max(Slowest, (PerSecond ?? Observed(now)) / 2);
    }

    public void Answered()
    {
        if (PerSecond is { } rate)
        {
            PerSecond = rate + MorePerAnswer < NoLimitFrom ? rate + MorePerAnswer : null;
        }
    }

    private double Observed(TimeSpan now)
    {
        var seconds = _sent.TryPeek(out var first) ? (now - first).TotalSeconds : 0;
        return Math.Min(_sent.Count / Math.Max(seconds, 1), NoLimitFrom);
    }
}
