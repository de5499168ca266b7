namespace Outpost.Devnet.Allora;

/// <summary>The topics as they were after each of the last blocks, kept as what each block changed.</summary>
internal sealed class TopicHistory(SortedDictionary<ulong, TopicState> topics)
{
    /// <summary>Blocks that can be gone back; further back is answered as of the oldest.</summary>
    private const int Kept = 100;

    private readonly Queue<(long Height, IReadOnlyDictionary<ulong, TopicState> Before)> _blocks = new();
    private readonly Dictionary<ulong, TopicState> _last =
        topics.ToDictionary(topic => topic.Key, topic => topic.Value.Copy());

    /// <summary>Call once after each block, before anything else changes.</summary>
    public void Commit(long height)
    {
        var before = new Dictionary<ulong, TopicState>();
        foreach (var (id, topic) in topics)
        {
            if (!topic.IsStill(_last[id]))
            {
                before[id] = _last[id];
                _last[id] = topic.Copy();
            }
        }

        _blocks.Enqueue((height, before));
        if (_blocks.Count > Kept)
        {
            _blocks.Dequeue();
        }
    }

    /// <summary>Copies of all topics after the block of this height.</summary>
    public SortedDictionary<ulong, TopicState> After(long height)
    {
        var then = new Dictionary<ulong, TopicState>(_last);
        foreach (var (_, before) in _blocks.Where(block => block.Height > height).Reverse())
        {
            foreach (var (id, topic) in before)
            {
                then[id] = topic;
            }
        }

        return new(then);
    }
}
