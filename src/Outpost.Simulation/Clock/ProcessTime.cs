namespace Outpost.Simulation.Clock;

/// <summary>Time as one process sees it: its wall clock may be wrong, and its timers live and die with it.</summary>
internal sealed class ProcessTime(TimeProvider time, Life life) : TimeProvider
{
    /// <summary>What somebody has set the machine's clock forward by; running time is not touched by it.</summary>
    public TimeSpan WallClockOffset { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + WallClockOffset;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LivingTimer(life, callback, state);
        timer.Begin(time, dueTime, period);
        return timer;
    }

    private sealed class LivingTimer(Life life, TimerCallback callback, object? state) : ITimer
    {
        private ITimer? _timer;
        private bool _isDisposed;

        public void Begin(TimeProvider time, TimeSpan dueTime, TimeSpan period) =>
            _timer = time.CreateTimer(_ => Due(), null, dueTime, period);

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer!.Change(dueTime, period);

        public void Dispose()
        {
            _isDisposed = true;
            _timer!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Due()
        {
            if (life.IsDead)
            {
                _timer!.Dispose();
                return;
            }

            life.Happen(() =>
            {
                if (!_isDisposed)
                {
                    callback(state);
                }
            });
        }
    }
}
