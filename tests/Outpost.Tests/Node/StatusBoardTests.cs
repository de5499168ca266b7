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

    [Fact]
    public void A_duty_ends_with_its_own_answer_and_not_with_that_of_another_role_in_the_topic()
    {
        var (time, topic) = (new ManualTime(), new TopicId(1));
        var board = new StatusBoard("allo1", [topic], time);
        var losses = new Duty(new DutyId(Role.Reputer, topic, new Height(18)), new Height(42));
        var inference = new Duty(new DutyId(Role.Inferer, topic, new Height(30)), new Height(36));
        board.Sending(losses, "truth 1");
        board.Sending(inference, "3012.45");
        board.Ended(losses, new Outcome.Included(new Height(31), "AB"));
        board.Ended(inference, new Outcome.Included(new Height(31), "CD"));

        Assert.Equal(["3012.45", "truth 1"],
            board.Picture(new BlockClock(time, TimeSpan.FromSeconds(5))).RecentEnds.Select(end => end.Value));
    }
}
