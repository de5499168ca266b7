using Outpost.Chains.Allora;

namespace Outpost.Node.Status;

/// <summary>
/// Finds topics that stand still although the chain moves: a loop that neither works nor says what it waits for is a
/// fault, and must not look like patience.
/// </summary>
internal sealed class Stalls
{
    /// <summary>Blocks behind its own plan after which a topic is called stalled; the plan itself allows two.</summary>
    private const long PatienceBlocks = 8;

    /// <summary>After a window some 20 blocks may go by in the search for its verdict.</summary>
    private const long VerdictBlocks = 24;

    private HashSet<TopicId> _suspects = [];

    /// <summary>
    /// Those that stood there at the look before as well: when endpoints were silent, many blocks come at once, and
    /// nobody has had the time to act on them.
    /// </summary>
    public IReadOnlyList<(TopicId Topic, string Line)> Look(NodeStatus status)
    {
        var found = Find(status).ToList();
        var stalled = found.FindAll(one => _suspects.Contains(one.Topic));
        _suspects = [.. found.Select(one => one.Topic)];
        return stalled;
    }

    private static IEnumerable<(TopicId Topic, string Line)> Find(NodeStatus status)
    {
        if (status.Head is not { } head)
        {
            yield break;
        }

        foreach (var topic in status.Topics)
        {
            switch (topic.Phase)
            {
                case TopicPhase.Waiting when topic.OpensAt is { } opensAt && head - opensAt > PatienceBlocks:
                    yield return (topic.Topic,
                        $"it still waits for the window of block {opensAt}, and the chain is at {head}");
                    break;
                case TopicPhase.Computing or TopicPhase.Sending or TopicPhase.Included or TopicPhase.Missed
                    when topic.Current is { } duty && head - duty.ClosesAt > VerdictBlocks:
                    yield return (topic.Topic,
                        $"{duty.Id} is {topic.Phase} and its window closed at {duty.ClosesAt}: the chain is at {head}");
                    break;
            }
        }
    }
}
