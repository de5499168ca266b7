using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>Every window that opened and closed, held against the stretches in which the node was up.</summary>
internal sealed class WindowLedger(Devnet.Devnet devnet, BlockTimes times, string worker)
{
    private readonly List<(long From, long To)> _up = [];

    /// <param name="IsDue">The node was up for one stretch of more than half of it.</param>
    internal sealed record Window(ulong Topic, long Nonce, bool IsDue, bool IsAdmitted);

    /// <summary>The node watched from one timestamp to the other.</summary>
    internal void WasUp(long from, long to) => _up.Add((from, to));

    /// <summary>All windows of all topics that have closed by this block, and whose blocks were all seen.</summary>
    internal IReadOnlyList<Window> ClosedBy(long height)
    {
        var admitted = devnet.Observer.Admitted
            .Where(inference => inference.Name.Worker == worker)
            .Select(inference => (inference.Name.Topic.Value, inference.Name.Nonce.Value))
            .ToHashSet();
        return [.. devnet.Options.Topics.SelectMany(topic => WindowsOf(topic, height, admitted))];
    }

    private IEnumerable<Window> WindowsOf(TopicOptions topic, long height, HashSet<(ulong, long)> admitted)
    {
        for (var nonce = topic.FirstOpening; nonce + topic.WorkerWindow <= height; nonce += topic.EpochLength)
        {
            // What is to be in block nonce + window has to be there before that block is made.
            if (times.Of(nonce) is { } opened && times.Of(nonce + topic.WorkerWindow) is { } closed)
            {
                yield return new Window(
                    topic.Id.Value, nonce, IsDue(opened, closed), admitted.Contains((topic.Id.Value, nonce)));
            }
        }
    }

    private bool IsDue(long opened, long closed) =>
        _up.Any(stretch => Math.Min(stretch.To, closed) - Math.Max(stretch.From, opened) > (closed - opened) / 2);
}
