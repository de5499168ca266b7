using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>Every window of one worker that opened and closed, held against the stretches in which it was up.</summary>
internal sealed class WindowLedger(Devnet.Devnet devnet, BlockTimes times, Seat seat)
{
    private readonly List<(long From, long To)> _up = [];

    /// <param name="IsDue">The node was up for one stretch of more than half of it.</param>
    internal sealed record Window(PayloadName Payload, bool IsDue, bool IsAdmitted);

    /// <summary>The node watched from one timestamp to the other.</summary>
    internal void WasUp(long from, long to) => _up.Add((from, to));

    /// <summary>All windows of all its topics that have closed by this block, and whose blocks were all seen.</summary>
    internal IReadOnlyList<Window> ClosedBy(long height)
    {
        var admitted = devnet.Observer.Admitted.Select(inference => inference.Name).ToHashSet();
        return [.. seat.Topics.SelectMany(topic => WindowsOf(topic, height, admitted))];
    }

    private IEnumerable<Window> WindowsOf(TopicOptions topic, long height, HashSet<PayloadName> admitted)
    {
        for (var nonce = topic.FirstOpening; nonce + topic.WorkerWindow <= height; nonce += topic.EpochLength)
        {
            // What is to be in block nonce + window has to be there before that block is made.
            if (times.Of(nonce) is { } opened && times.Of(nonce + topic.WorkerWindow) is { } closed)
            {
                var payload = new PayloadName(topic.Id, new(nonce), seat.Worker);
                yield return new Window(payload, IsDue(opened, closed), admitted.Contains(payload));
            }
        }
    }

    private bool IsDue(long opened, long closed) =>
        _up.Any(stretch => Math.Min(stretch.To, closed) - Math.Max(stretch.From, opened) > (closed - opened) / 2);
}
