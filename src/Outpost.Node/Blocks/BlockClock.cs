using Outpost.Chains;

namespace Outpost.Node.Blocks;

/// <summary>
/// Knows the newest block, learns the time between blocks from their arrival, and tells when a height is reached.
/// A window ends by its block, never by a guess of the time; the learned time only serves forecasts and pauses.
/// </summary>
public sealed class BlockClock(TimeProvider time, TimeSpan firstGuess)
{
    /// <summary>The weight of the newest interval; a change of pace is learned within about ten blocks.</summary>
    private const double NewestWeight = 0.2;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<Height, CancellationTokenSource> _alarms = [];
    private TaskCompletionSource _next = NewSource();
    private Height _head;
    private long _headSeenAt;
    private TimeSpan _blockTime = firstGuess;

    public Height Head
    {
        get { lock (_lock) { return _head; } }
    }

    public TimeSpan BlockTime
    {
        get { lock (_lock) { return _blockTime; } }
    }

    /// <summary>Sets what the chain's headers say of the time between blocks; arrivals refine it.</summary>
    public void Guess(TimeSpan blockTime)
    {
        lock (_lock)
        {
            _blockTime = blockTime;
        }
    }

    /// <summary>Takes note of a new block. An older or equal height changes nothing.</summary>
    public async Task AdvanceAsync(Height height)
    {
        List<CancellationTokenSource> due = [];
        TaskCompletionSource passed;
        lock (_lock)
        {
            if (height <= _head)
            {
                return;
            }

            Learn(height);
            _head = height;
            _headSeenAt = time.GetTimestamp();
            while (_alarms.Count > 0 && _alarms.First() is var (at, alarm) && at <= height)
            {
                _alarms.Remove(at);
                due.Add(alarm);
            }

            passed = _next;
            _next = NewSource();
        }

        passed.SetResult();
        foreach (var alarm in due)
        {
            await alarm.CancelAsync();
        }
    }

    /// <summary>A token that is cancelled when the head reaches <paramref name="height"/>.</summary>
    public CancellationToken Reached(Height height)
    {
        lock (_lock)
        {
            if (height <= _head)
            {
                return new CancellationToken(canceled: true);
            }

            if (!_alarms.TryGetValue(height, out var alarm))
            {
                alarm = new CancellationTokenSource();
                _alarms.Add(height, alarm);
            }

            return alarm.Token;
        }
    }

    /// <summary>Completes with the next block that arrives after this call.</summary>
    public Task NextBlockAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _next.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The expected time until <paramref name="height"/> is made; zero when it has been.</summary>
    public TimeSpan Until(Height height)
    {
        lock (_lock)
        {
            var left = ((height - _head) * _blockTime) - time.GetElapsedTime(_headSeenAt);
            return height <= _head || left < TimeSpan.Zero ? TimeSpan.Zero : left;
        }
    }

    private void Learn(Height height)
    {
        var blocks = height - _head;
        if (_head.Value > 0 && blocks == 1)
        {
            _blockTime += (time.GetElapsedTime(_headSeenAt) - _blockTime) * NewestWeight;
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
