namespace Outpost.Simulation.Clock;

/// <summary>
/// Time that stands still until it is moved: a queue of timers. Timers that fall due at the same instant fire in an
/// order that the seed picks, so that one seed is one interleaving.
/// </summary>
internal sealed class SimulatedTime(int seed) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<(Alarm Alarm, long Version), (long Due, int Order, long Number)> _queue = new();
    private readonly Random _order = new(seed);
    private long _now;
    private long _number;

    /// <summary>Since the beginning of the run.</summary>
    public TimeSpan Elapsed => new(_now);

    /// <summary>Timers that have fired.</summary>
    public long Fired { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning.AddTicks(_now);

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>
    /// Moves on to the next timer and fires it. False when none is due by <paramref name="end"/>; time is then there.
    /// </summary>
    public bool FireNext(TimeSpan end)
    {
        while (_queue.TryPeek(out var next, out var at))
        {
            if (next.Alarm.Version != next.Version)
            {
                _queue.Dequeue();
                continue;
            }

            if (at.Due > end.Ticks)
            {
                break;
            }

            _queue.Dequeue();
            _now = at.Due;
            Fired++;
            next.Alarm.Fire();
            return true;
        }

        _now = Math.Max(_now, end.Ticks);
        return false;
    }

    private void Schedule(Alarm alarm, TimeSpan due) => _queue.Enqueue(
        (alarm, alarm.Version), (_now + Math.Max(0, due.Ticks), _order.Next(), ++_number));

    /// <summary>One timer. A change makes what stands in the queue void.</summary>
    private sealed class Alarm(SimulatedTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                time.Schedule(this, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            Version++;
            if (_period > TimeSpan.Zero)
            {
                time.Schedule(this, _period);
            }

            callback(state);
        }

        public void Dispose() => Version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
