using Outpost.Chains;

namespace Outpost.Node.Compute;

/// <summary>
/// The call that is made before its window opens, for an entrypoint that allows it, and the lead that it needs: what
/// nine of ten of its latest answers took. Safe for use from several threads.
/// </summary>
internal sealed class AheadCalls(TimeSpan longestLead)
{
    private const int LatenciesKept = 20;

    private readonly Lock _lock = new();
    private readonly Queue<TimeSpan> _latencies = new(LatenciesKept);
    private Call? _call;
    private int _wasted;

    /// <summary>Null until an answer, or the end of a window without one, has shown how long it takes.</summary>
    public TimeSpan? Lead
    {
        get
        {
            lock (_lock)
            {
                TimeSpan[] sorted = [.. _latencies.Order()];
                return sorted.Length == 0 ? null : sorted[(sorted.Length - 1) * 9 / 10];
            }
        }
    }

    /// <summary>Answers that were asked for and never used, since the window opened at another block.</summary>
    public int Wasted
    {
        get { lock (_lock) { return _wasted; } }
    }

    /// <summary>Learns what an answer took; no lead is longer than what one attempt may take.</summary>
    public void Took(TimeSpan latency)
    {
        lock (_lock)
        {
            if (_latencies.Count == LatenciesKept)
            {
                _latencies.Dequeue();
            }

            _latencies.Enqueue(latency < longestLead ? latency : longestLead);
        }
    }

    /// <summary>Keeps a call for its nonce; one that is kept for an older nonce is wasted.</summary>
    public void Keep(Call call)
    {
        lock (_lock)
        {
            Drop(before: call.Nonce);
            _call = call;
        }
    }

    public bool Has(Height nonce)
    {
        lock (_lock)
        {
            return _call?.Nonce >= nonce;
        }
    }

    /// <summary>The call for this nonce, once; null when there is none.</summary>
    public Call? Take(Height nonce)
    {
        lock (_lock)
        {
            Drop(before: nonce);
            var call = _call?.Nonce == nonce ? _call : null;
            _call = call is null ? _call : null;
            return call;
        }
    }

    private void Drop(Height before)
    {
        if (_call is { } call && call.Nonce < before)
        {
            _call = null;
            _wasted++;
        }
    }

    /// <param name="Started">The timestamp at which it was asked.</param>
    internal sealed record Call(Height Nonce, long Started, Task<Reply> Reply);
}
