namespace Outpost.Node.Blocks;

/// <summary>When the chain stood still. Has one owner; not safe for several threads.</summary>
internal sealed class Standstills(TimeProvider time)
{
    /// <summary>A window is asked about when it has closed: the newest few are enough.</summary>
    private const int Kept = 16;

    private readonly Queue<(long From, long To)> _spans = new(Kept);

    /// <summary>One that ends now.</summary>
    public void Add(long from)
    {
        if (_spans.Count == Kept)
        {
            _spans.Dequeue();
        }

        _spans.Enqueue((from, time.GetTimestamp()));
    }

    /// <summary>The longest, as far as it lies after this timestamp.</summary>
    /// <param name="now">When the one began that goes on; null: none does.</param>
    public TimeSpan Longest(long since, long? now) => _spans
        .Append(now is { } from ? (from, time.GetTimestamp()) : (since, since))
        .Where(span => span.Item2 >= since)
        .Select(span => time.GetElapsedTime(Math.Max(span.Item1, since), span.Item2))
        .DefaultIfEmpty()
        .Max();
}
