using Outpost.Chains.Rpc;

namespace Outpost.Consensus.Snapshotters;

/// <summary>
/// One caller's calls, held against its limit. A clause's window opens with its first call and lasts for its period;
/// refused calls count too, and clauses behind the first that is violated do not. Safe for use from several threads.
/// </summary>
public sealed class CallCount(RateLimitText limit, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly (long Opened, long Calls)[] _windows = new (long, long)[limit.Clauses.Count];

    public RateLimitText Limit { get; } = limit;

    /// <summary>All calls, refused ones too.</summary>
    public long Calls { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Counts a call; null when it is within the limit.</summary>
    public RateRefusal? Add()
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            Calls++;
            for (var i = 0; i < _windows.Length; i++)
            {
                ref var window = ref _windows[i];
                var clause = Limit.Clauses[i];
                if (window.Calls == 0 || time.GetElapsedTime(window.Opened, now) >= clause.Period)
                {
                    window = (now, 0);
                }

                if (++window.Calls > clause.Amount)
                {
                    Refused++;
                    return new RateRefusal(
                        Limit, clause, clause.Period - time.GetElapsedTime(window.Opened, now),
                        window.Calls - clause.Amount);
                }
            }

            return null;
        }
    }

    /// <summary>True when all windows are over, so that forgetting it changes nothing.</summary>
    public bool IsIdle()
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            for (var i = 0; i < _windows.Length; i++)
            {
                if (_windows[i].Calls > 0
                    && time.GetElapsedTime(_windows[i].Opened, now) < Limit.Clauses[i].Period)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
