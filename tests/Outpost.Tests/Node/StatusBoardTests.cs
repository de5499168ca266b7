using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Blocks;
using Outpost.Node.Duties;
using Outpost.Node.Status;

namespace Outpost.Tests.Node;

public sealed class StatusBoardTests
{
    [Fact]
    public void Shows_a_window_that_an_earlier_run_has_done_and_does_not_go_on_waiting_for_it()
    {
        var time = new ManualTime();
        var topic = new TopicId(1);
        var board = new StatusBoard("allo1", [topic], time);
        var duty = new Duty(new DutyId(Role.Inferer, topic, new Height(30)), new Height(36));
        board.Waiting(topic, duty.OpensAt);
        board.Known(duty, new Outcome.Included(new Height(31), "AB"));

        var shown = board.Picture(new BlockClock(time, TimeSpan.FromSeconds(5))).Topics[0];
        Assert.Equal((TopicPhase.Included, duty, 0), (shown.Phase, shown.Current, shown.Included));
    }
}
