namespace Outpost.Chains.Rpc;

/// <summary>
/// Keeps requests to one endpoint within the limit that its user has set: no more than the amount of a clause leave in
/// any stretch of its period, so that it holds whenever the provider's own count begins.
/// </summary>
internal sealed class RequestLimit
{
    // A turn further away is not waited for: another endpoint is asked meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Window[] _windows;

    /// <param name="text">Null: no clauses.</param>
    /// <param name="perSecond">Requests a second, also less than one; null: no such limit.</param>
    public RequestLimit(RateLimitText? text, double? perSecond, TimeProvider time)
    {
        (_time, _start) = (time, time.GetTimestamp());
        var windows = (text?.Clauses ?? []).Select(clause => new Window(clause.Amount, clause.Period)).ToList();
        if (perSecond is > 0)
        {
            windows.Add(perSecond >= 1
                ? new Window((long)perSecond, TimeSpan.FromSeconds(1))
                : new Window(1, TimeSpan.FromSeconds(1 / perSecond.Value)));
        }

        _windows = [.. windows];
    }

    /// <summary>Waits for a turn and takes it.</summary>
    /// <exception cref="ChainException">RateLimited: the turn is further away than is waited for.</exception>
    public async Task TakeAsync(Uri endpoint, string operation, CancellationToken cancellationToken)
    {
        while (TryTake() is { } wait)
        {
            if (wait > LongestWait)
            {
                throw new ChainException(ChainFault.RateLimited, operation, endpoint,
                    $"the limit set for this endpoint is reached for another {wait.TotalSeconds:0} s")
                {
                    IsOwnLimit = true,
                    RetryAfter = wait,
                };
            }

            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    /// <summary>Null when the turn was taken; else how long until one is free.</summary>
    private TimeSpan? TryTake()
    {
        lock (_lock)
        {
            var now = _time.GetElapsedTime(_start);
            var wait = _windows.Length == 0 ? TimeSpan.Zero : _windows.Max(window => window.WaitAt(now));
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            foreach (var window in _windows)
            {
                window.Take(now);
            }

            return null;
        }
    }

    /// <summary>Counts by slots of a period's fiftieth; a slot counts until all of it is a period old.</summary>
    private sealed class Window(long amount, TimeSpan period)
    {
        private const int Slots = 50;

        private readonly TimeSpan _slot = period / Slots;
        private readonly Queue<(long Slot, long Count)> _counts = new(Slots + 2);
        private (long Slot, long Count) _open;
        private long _total;

        public TimeSpan WaitAt(TimeSpan now)
        {
            Forget(now);
            if (_total < amount)
            {
                return TimeSpan.Zero;
            }

            var oldest = _counts.TryPeek(out var first) ? first.Slot : _open.Slot;
            return ((oldest + Slots + 1) * _slot) - now;
        }

        public void Take(TimeSpan now)
        {
            var slot = (long)(now / _slot);
            if (slot != _open.Slot && _open.Count > 0)
            {
                _counts.Enqueue(_open);
                _open = default;
            }

            _open = (slot, _open.Count + 1);
            _total++;
        }

        private void Forget(TimeSpan now)
        {
            while (_counts.TryPeek(out var first) && IsOver(first.Slot, now))
            {
                _total -= _counts.Dequeue().Count;
            }

            if (_counts.Count == 0 && _open.Count > 0 && IsOver(_open.Slot, now))
            {
                (_total, _open) = (0, default);
            }
        }

        private bool IsOver(long slot, TimeSpan now) => (slot + Slots + 1) * _slot <= now;
    }
}
