using Outpost.Chains.Allora;
using Outpost.Devnet.Faults;
using Outpost.Node;
using Outpost.Node.Duties;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

/// <summary>What the lane has prepared, or knows, is overtaken by the chain before it is sent.</summary>
public sealed class OvertakenTests
{
    [Fact]
    public async Task What_a_block_lost_while_a_price_was_asked_for_goes_before_what_the_price_was_for()
    {
        using var held = new HeldLookups("feemarket");
        await using var world = await LaneOnDevnet.StartAsync(
            lane: new LaneOptions { GasPriceMaxAge = TimeSpan.Zero }, around: held);
        await IncludeAsync(world, 1);
        var lost = world.Submit(2);
        await world.QuietAsync();
        world.Begin(FaultKind.TxEvicted);
        held.IsHolding = true;
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var later = world.Submit(3);
        await world.PassUntilAsync(() => held.Asked > 0);
        await world.MakeBlockAsync();
        world.End(FaultKind.TxEvicted);
        held.Release();
        await world.QuietAsync();
        await world.BlockAsync(3);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await lost).Result.Code);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await later).Result.Code);
        Assert.Equal(3, world.Witness.Checks.Select(check => check.Hash).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
    }

    [Fact]
    public async Task Bytes_that_were_cut_short_for_those_before_them_do_not_end_their_window()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.BlocksFull);
        var first = world.Submit(2, closesAt: world.Devnet.Height + 4);
        await world.QuietAsync();

        // The chain is ahead of what the lane has seen.
        await world.Devnet.ProduceBlocksAsync(5, TestContext.Current.CancellationToken);
        world.End(FaultKind.BlocksFull);
        var second = world.Submit(3);
        await world.QuietAsync();
        Assert.Contains(world.Witness.Checks, check => check is { Codespace: "sdk", Code: 30 });
        Assert.False(second.IsCompleted, "its own window is open");

        await world.BlockAsync(4);
        Assert.Equal(Reason.WindowClosed, Assert.IsType<LaneAnswer.NotIncluded>(await first).Reason);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await second).Result.Code);
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
    }

    [Fact]
    public async Task What_a_simulation_called_out_of_its_window_is_not_paid_for_when_others_have_taught_its_gas()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        var never = world.Submit(1, closesAt: 12, nonce: 3);
        await world.QuietAsync();
        Assert.Empty(world.Witness.Checks);
        await IncludeAsync(world, 2);
        await world.BlockAsync(10);
        Assert.Equal(Refusal.NonceNotFound, Assert.IsType<LaneAnswer.NotIncluded>(await never).Refusal);
        Assert.Single(world.Committed);
    }

    private static async Task IncludeAsync(LaneOnDevnet world, int topic)
    {
        var sent = world.Submit(topic);
        await world.QuietAsync();
        await world.BlockAsync(2);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await sent).Result.Code);
    }
}
