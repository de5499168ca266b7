using Outpost.Devnet.Faults;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

/// <summary>What becomes of bytes that have left, and what the duty's story tells of it.</summary>
public sealed class ResentBytesTests
{
    [Fact]
    public async Task Bytes_that_no_node_takes_any_more_are_replaced_under_the_same_number()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        var sent = world.Submit(2);
        await world.QuietAsync();
        world.Begin(FaultKind.TxEvicted);
        world.Begin(FaultKind.FeeRises, 10);
        await world.BlockAsync();
        world.End(FaultKind.TxEvicted);
        await world.BlockAsync(3);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await sent).Result.Code);
        var offered = world.Witness.Checks.Where(check => check.Payloads.Any(name => name.Topic.Value == 2)).ToList();
        Assert.Equal(2, offered.Select(check => check.Hash).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([1ul], offered.Select(check => check.Sequence).Distinct());
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
        Assert.Equal(
            [
                StoryKind.Opened, StoryKind.Signed, StoryKind.Sent, StoryKind.Refused, StoryKind.Abandoned,
                StoryKind.Signed, StoryKind.Sent,
            ],
            world.Story(2).Select(entry => entry.Kind));
        var refused = world.Story(2)[3];
        Assert.Contains("insufficient fee", refused.Detail, StringComparison.Ordinal);
        Assert.NotNull(refused.Hash);
        Assert.NotNull(refused.Endpoint);
        Assert.NotNull(refused.Block);
    }

    /// <summary>As after a loss of power that took no more than the duty's end.</summary>
    [Fact]
    public async Task A_duty_whose_bytes_were_given_up_was_not_broken_off()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 6);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxSwallowed);
        var sent = world.Submit(2);
        await world.BlockAsync(8);
        Assert.IsType<LaneAnswer.NotIncluded>(await sent);
        Assert.Null(world.Earlier(2));
        var missed = Assert.IsType<Outcome.Missed>(await world.RunDutyAsync(2));
        Assert.Equal(Reason.WindowClosed, missed.Reason);
    }

    [Fact]
    public async Task The_story_tells_each_change_once_and_not_each_try()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 30);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxMempoolFull);
        var sent = world.Submit(2);
        await world.BlockAsync(4);
        world.End(FaultKind.TxMempoolFull);
        world.Begin(FaultKind.RpcRefuses);
        await world.BlockAsync(2);
        world.End(FaultKind.RpcRefuses);
        world.Begin(FaultKind.TxEvicted);
        await world.BlockAsync(3);
        world.End(FaultKind.TxEvicted);
        await world.BlockAsync(4);
        Assert.IsType<LaneAnswer.InBlock>(await sent);
        var told = world.Story(2).Select(entry => entry.Kind).ToList();
        Assert.Equal(1, told.Count(kind => kind == StoryKind.Refused));
        Assert.InRange(told.Count(kind => kind == StoryKind.Dropped), 1, 3);
        Assert.Equal(told.Count(kind => kind == StoryKind.Dropped), told.Count(kind => kind == StoryKind.SentAgain));
        Assert.Contains(StoryKind.Obstacle, told);
        Assert.InRange(told.Count, 6, 20);
    }

    [Fact]
    public async Task A_stop_waits_for_the_reply_of_a_broadcast_that_is_under_way()
    {
        await using var world = await LaneOnDevnet.StartAsync(delay: TimeSpan.FromMilliseconds(50));
        await IncludeAsync(world, 1);
        _ = world.Submit(2);
        while (world.Witness.Checks.Count < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            world.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        await world.RestartAsync();
        Assert.Equal(StoryKind.Sent, world.Story(2)[^1].Kind);
        var resumed = world.Submit(2, earlier: world.Earlier(2));
        await world.BlockAsync(3);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await resumed).Result.Code);
        Assert.Equal(2, world.Witness.Checks.Select(check => check.Hash).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
    }

    [Fact]
    public async Task A_node_that_drops_what_it_takes_costs_nothing_while_others_do_their_work()
    {
        await using var world = await LaneOnDevnet.StartAsync(shape: options => options with { Nodes = 3 });
        await IncludeAsync(world, 1);
        Fault[] faults =
        [
            Fault.Of(FaultKind.TxSwallowed, "node-1"), Fault.Of(FaultKind.TxLostReply, "node-2"),
        ];
        foreach (var fault in faults)
        {
            world.Devnet.Faults.Begin(fault);
        }

        var sent = Enumerable.Range(2, 6).Select(topic => world.Submit(topic)).ToList();
        await world.BlockAsync(2);
        Assert.All(sent, task => Assert.IsType<LaneAnswer.InBlock>(task.Result));
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
        Assert.Equal(7, world.Witness.Checks.Select(check => check.Hash).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_node_that_was_away_gets_what_another_took_meanwhile_before_anything_new()
    {
        await using var world = await LaneOnDevnet.StartAsync(shape: options => options with { Nodes = 2 });
        await IncludeAsync(world, 1);
        var away = Fault.Of(FaultKind.RpcRefuses, "node-1");
        world.Devnet.Faults.Begin(away);
        world.Devnet.Faults.Begin(Fault.Of(FaultKind.TxSwallowed, "node-2"));
        var first = world.Submit(2);
        await world.QuietAsync();
        world.Devnet.Faults.End(away);
        for (var second = 0; second < 30; second++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await world.QuietAsync();
        }

        var later = world.Submit(3);
        await world.BlockAsync(2);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await first).Result.Code);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await later).Result.Code);
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
    }

    [Fact]
    public async Task What_an_upgrade_made_unreadable_in_its_block_is_signed_under_its_new_name_with_the_same_number()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 12, shape: options => options with
        {
            Version = Outpost.Chains.Allora.EmissionsVersion.V9,
            UpgradeHeight = 4,
        });
        var included = Assert.IsType<Outcome.Included>(await world.RunDutyAsync(2));
        Assert.False(included.IsElsewhere);
        Assert.Single(world.Committed, one => one.Code == 0);
        Assert.All(world.Committed, one => Assert.Equal(0ul, one.Sequence));
        Assert.Equal(0, world.WrongSequences);
    }

    [Theory]
    [InlineData("rpc-refuses", "interrupted")]
    [InlineData("tx-swallowed", "window-closed")]
    public async Task What_an_earlier_run_signed_is_interrupted_unless_a_node_took_it(string fault, string reason)
    {
        var kind = FaultKind.ByName(fault)!;
        await using var world = await LaneOnDevnet.StartAsync(window: 8);
        await IncludeAsync(world, 1);
        world.Begin(kind);
        _ = world.Submit(2);
        await world.QuietAsync();
        var earlier = world.Earlier(2);
        Assert.NotNull(earlier);
        await world.Devnet.ProduceBlocksAsync(12, TestContext.Current.CancellationToken);
        world.End(kind);
        await world.RestartAsync();
        var resumed = world.Submit(2, earlier: earlier);
        await world.BlockAsync(3);
        Assert.True(resumed.IsCompletedSuccessfully, "its window is over");
        Assert.Equal(reason, Assert.IsType<LaneAnswer.NotIncluded>(await resumed).Reason.Code);
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
    }

    private static async Task IncludeAsync(LaneOnDevnet world, int topic)
    {
        var sent = world.Submit(topic);
        await world.BlockAsync(2);
        Assert.IsType<LaneAnswer.InBlock>(await sent);
    }
}
