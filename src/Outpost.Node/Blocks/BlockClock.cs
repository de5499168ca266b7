using Outpost.Chains;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Blocks;

/// <summary>When a block is expected.</summary>
/// <param name="Left">The time until then; zero when it is there or due.</param>
/// <param name="GiveOrTake">How far off that may well be.</param>
public readonly record struct Forecast(TimeSpan Left, TimeSpan GiveOrTake);

/// <summary>
/// Knows the newest block, learns the time between blocks from their arrival, tells when a height is reached, and
/// knows since when the chain stands still. A window ends by its block, never by a guess of the time; the learned time
/// only serves forecasts and pauses. Safe for use from several threads.
/// </summary>
public sealed class BlockClock(TimeProvider time, TimeSpan firstGuess)
{
    /// <summary>Block times without a block after which the chain may stand still.</summary>
    private const int SilentBlocks = 6;

    /// <summary>A fast chain that pauses for less than this has hiccups, and does not stand still.</summary>
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<Height, CancellationTokenSource> _alarms = [];
    private readonly Standstills _standstills = new(time);
    private readonly BlockPace _pace = new(time, firstGuess);
    private TaskCompletionSource _next = NewSource();
    private Height _head;
    private long _headSeenAt = time.GetTimestamp();

    /// <summary>Since then no block came, and no endpoint showed that it is merely behind.</summary>
    private long _silentSince = time.GetTimestamp();
    private bool _isStill;

    public Height Head
    {
        get { lock (_lock) { return _head; } }
    }

    public TimeSpan BlockTime
    {
        get { lock (_lock) { return _pace.BlockTime; } }
    }

    /// <summary>
    /// True while no block comes though an endpoint answers: the chain stands still, and no window closes.
    /// </summary>
    public bool IsStill
    {
        get { lock (_lock) { return _isStill; } }
    }

    /// <summary>When the last block came, while the chain stands still; null while it moves.</summary>
    public DateTimeOffset? StillSince
    {
        get { lock (_lock) { return _isStill ? time.GetUtcNow() - time.GetElapsedTime(_silentSince) : null; } }
    }

    /// <summary>The time left until a chain without a new block is called silent; zero when it is.</summary>
    public TimeSpan UntilSilent
    {
        get { lock (_lock) { return Positive(LongestSilence() - time.GetElapsedTime(_silentSince)); } }
    }

    /// <summary>Sets what the chain's headers say of the time between blocks; arrivals refine it.</summary>
    public void Guess(TimeSpan blockTime)
    {
        lock (_lock)
        {
            _pace.Guess(blockTime);
        }
    }

    /// <summary>
    /// Takes an endpoint's word that <see cref="Head"/> is still its newest block. False when the chain has not been
    /// silent for long enough to call it still. An endpoint that has less is behind, and its silence tells nothing: it
    /// counts from then on.
    /// </summary>
    public bool ConfirmStill(Height head)
    {
        lock (_lock)
        {
            var isSilent = _head.Value > 0 && time.GetElapsedTime(_silentSince) >= LongestSilence();
            _isStill = isSilent && head == _head;
            _silentSince = head < _head ? time.GetTimestamp() : _silentSince;
            return _isStill;
        }
    }

    /// <summary>The longest time in one go that the chain stood still since this timestamp, as endpoints say.</summary>
    public TimeSpan LongestStandstill(long since)
    {
        lock (_lock)
        {
            return _standstills.Longest(since, _isStill ? _silentSince : null);
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

            _pace.Arrived(height.Value);
            _head = height;
            if (_isStill)
            {
                _standstills.Add(_silentSince);
            }

            _headSeenAt = _silentSince = time.GetTimestamp();
            _isStill = false;
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
    public TimeSpan Until(Height height) => Expect(height).Left;

    /// <summary>When <paramref name="height"/> is expected, and how sure that is.</summary>
    public Forecast Expect(Height height)
    {
        lock (_lock)
        {
            var blocks = height - _head;
            if (blocks <= 0)
            {
                return default;
            }

            // A late block does not bring those behind it any nearer: at most one block time has been waited for.
            var waited = time.GetElapsedTime(_headSeenAt);
            var left = (blocks * _pace.BlockTime) - (waited < _pace.BlockTime ? waited : _pace.BlockTime);
            return new Forecast(Positive(left), _pace.Spread * Math.Sqrt(blocks));
        }
    }

    private TimeSpan LongestSilence()
    {
        var silence = SilentBlocks * _pace.BlockTime;
        return silence < ShortestSilence ? ShortestSilence : silence;
    }

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
