using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Status;

namespace Outpost.Tests.Node;

public sealed class StallsTests
{
    private readonly Stalls _stalls = new();

    [Fact]
    public void A_topic_that_does_nothing_over_two_looks_while_the_chain_moves_is_called_stalled()
    {
        Assert.Empty(Look(TopicPhase.Sending, head: 60));
        var line = Assert.Single(Look(TopicPhase.Sending, head: 70)).Line;
        Assert.Contains("is Sending and its window closed at 30: the chain is at 70", line, StringComparison.Ordinal);
        Assert.Single(Look(TopicPhase.Sending, head: 80));
    }

    [Fact]
    public void Many_blocks_at_once_leave_it_the_time_between_two_looks()
    {
        Assert.Empty(Look(TopicPhase.Sending, head: 60));
        Assert.Empty(Look(TopicPhase.Waiting, head: 70));
        Assert.Empty(Look(TopicPhase.Sending, head: 80));
    }

    private IReadOnlyList<(TopicId Topic, string Line)> Look(TopicPhase phase, long head)
    {
        var id = new TopicId(1);
        var duty = new Duty(new DutyId(Role.Inferer, id, new Height(20)), new Height(30));
        return _stalls.Look(new NodeStatus(
            "allo1x", "", true, null, null, new Height(head), null, null,
            [new TopicStatus(id, "", phase, "", null, duty, null, null, null, 0, 0)], []));
    }
}
