namespace Outpost.Node.Windows;

/// <summary>When a topic that is not ready is looked at again: after pauses that grow, with jitter.</summary>
internal sealed class Recheck(TimeProvider time, Random random)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private TimeSpan _next = Shortest;
    private TimeSpan? _pause;
    private long _since;

    /// <summary>The time left; null when nothing is to be rechecked.</summary>
    public TimeSpan? Left => _pause - time.GetElapsedTime(_since);

    public void Plan()
    {
        _since = time.GetTimestamp();
        _pause = _next * (0.75 + (random.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
    }

    /// <summary>The topic is ready.</summary>
    public void Forget() => (_pause, _next) = (null, Shortest);
}
