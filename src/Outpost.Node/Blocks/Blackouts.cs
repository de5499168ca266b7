using Outpost.Chains;

namespace Outpost.Node.Blocks;

/// <summary>
/// The blocks that this node learned of only afterwards, since no endpoint told of them, and what the endpoints said
/// meanwhile. Safe for use from several threads.
/// </summary>
public sealed class Blackouts
{
    /// <summary>A window is asked about soon after its end: the newest few are enough.</summary>
    private const int Kept = 16;

    private readonly Lock _lock = new();
    private readonly Queue<(Height After, Height UpTo, string Detail)> _spans = new(Kept);

    /// <summary>From the block after one that was seen in time up to the one that ended it.</summary>
    public void Add(Height after, Height upTo, string detail)
    {
        lock (_lock)
        {
            if (_spans.Count == Kept)
            {
                _spans.Dequeue();
            }

            _spans.Enqueue((after, upTo, detail));
        }
    }

    /// <summary>What the endpoints said while these blocks were made; null when one of them was seen in time.</summary>
    public string? During(Height from, Height to)
    {
        lock (_lock)
        {
            return _spans.Where(span => from > span.After && to <= span.UpTo).Select(span => span.Detail)
                .FirstOrDefault();
        }
    }
}
