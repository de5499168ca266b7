namespace Outpost.Consensus.Service;

/// <summary>
/// The date, to the millisecond, as it was at the start plus the time that has passed: a machine whose clock is set
/// while the service runs neither shortens a window nor lengthens one.
/// </summary>
public sealed class SteadyClock(TimeProvider time)
{
    private readonly long _startMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly long _start = time.GetTimestamp();

    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(
        _startMs + (long)time.GetElapsedTime(_start).TotalMilliseconds);
}
