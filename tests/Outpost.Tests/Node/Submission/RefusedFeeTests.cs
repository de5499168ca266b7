using Outpost.Devnet.Faults;
using Outpost.Node.Duties;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

/// <summary>What becomes of fees that nodes refuse or that nobody can pay, and how a miss by them is named.</summary>
public sealed class RefusedFeeTests
{
    [Fact]
    public async Task A_fee_that_honest_nodes_refuse_is_raised_though_another_takes_the_bytes_and_drops_them()
    {
        await using var world = await LaneOnDevnet.StartAsync(shape: options => options with { Nodes = 3 });
        await IncludeAsync(world, 1);
        world.Devnet.Faults.Begin(Fault.Of(FaultKind.TxSwallowed, "node-3"));
        world.Begin(FaultKind.FeeRises, 10);
        await world.Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);
        var first = world.Submit(2);
        await world.QuietAsync();
        await world.BlockAsync();
        var second = world.Submit(3);
        await world.BlockAsync(3);
        IsIncluded(first);
        IsIncluded(second);
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
    }

    [Fact]
    public async Task A_price_that_rises_while_money_is_missing_does_not_name_a_cap_that_nobody_set()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 14);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.FundsGone);
        await world.BlockAsync();
        var missed = world.Submit(2);
        await world.BlockAsync(2);
        world.Begin(FaultKind.FeeRises, 20);
        await world.BlockAsync(12);
        IsMissed(Reason.OutOfFunds, missed);
        Assert.Contains(world.Witness.Checks, check => check is { Codespace: "sdk", Code: 13 });
    }

    [Fact]
    public async Task What_comes_while_the_lane_waits_for_money_misses_its_window_by_that()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 30);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.FundsGone);
        await world.BlockAsync();
        var first = world.Submit(2);
        await world.QuietAsync();
        var brief = world.Submit(3, closesAt: world.Devnet.Height + 2);
        await world.BlockAsync(3);
        IsMissed(Reason.OutOfFunds, brief);
        Assert.False(first.IsCompleted, "its window is open");
        Assert.DoesNotContain(world.Witness.Checks, check => check.Payloads.Any(name => name.Topic.Value == 3));
    }

    [Fact]
    public async Task Money_that_came_back_while_nothing_was_to_be_sent_is_used_at_once()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 40);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.FundsGone);
        await world.BlockAsync();
        var missed = world.Submit(2, closesAt: world.Devnet.Height + 2);
        await world.BlockAsync(3);
        IsMissed(Reason.OutOfFunds, missed);
        world.End(FaultKind.FundsGone);
        await world.BlockAsync(4);
        var later = world.Submit(3);
        await world.BlockAsync(2);
        IsIncluded(later);
    }

    private static async Task IncludeAsync(LaneOnDevnet world, int topic)
    {
        var sent = world.Submit(topic);
        await world.BlockAsync(2);
        IsIncluded(sent);
    }

    private static void IsIncluded(Task<LaneAnswer> sent)
    {
        Assert.True(sent.IsCompletedSuccessfully, $"it is not answered: {sent.Status}");
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(sent.Result).Result.Code);
    }

    private static void IsMissed(Reason reason, Task<LaneAnswer> sent)
    {
        Assert.True(sent.IsCompletedSuccessfully, $"it is not answered: {sent.Status}");
        Assert.Equal(reason, Assert.IsType<LaneAnswer.NotIncluded>(sent.Result).Reason);
    }
}
