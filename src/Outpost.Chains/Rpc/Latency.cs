namespace Outpost.Chains.Rpc;

/// <summary>Learns how long an endpoint takes to answer, from its last answers. Callers hold a lock.</summary>
internal sealed class Latency
{
    private const int Samples = 32;

    private readonly TimeSpan[] _ring = new TimeSpan[Samples];
    private int _count;

    /// <summary>Zero before the first answer, like the others.</summary>
    public TimeSpan Last { get; private set; }

    public TimeSpan Median { get; private set; }

    /// <summary>Nine answers in ten are as quick as this.</summary>
    public TimeSpan Usual { get; private set; }

    public bool IsKnown => _count > 0;

    public void Add(TimeSpan took)
    {
        Last = took;
        _ring[_count % Samples] = took;
        _count = _count == 2 * Samples ? Samples + 1 : _count + 1;
        var sorted = _ring.AsSpan(0, Math.Min(_count, Samples)).ToArray();
        Array.Sort(sorted);
        Median = sorted[(sorted.Length - 1) / 2];
        Usual = sorted[(sorted.Length - 1) * 9 / 10];
    }
}
