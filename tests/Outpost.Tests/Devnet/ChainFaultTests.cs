using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Devnet.Faults;

namespace Outpost.Tests.Devnet;

/// <summary>What goes wrong with the chain itself, whatever node is asked.</summary>
public sealed class ChainFaultTests
{
    private static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_halted_chain_makes_no_block_until_all_halts_have_ended()
    {
        await using var world = FaultWorld.InMemory();
        var halts = new[] { world.Begin(FaultKind.ChainHalts), world.Begin(FaultKind.ChainHalts) };
        await world.ProduceAsync(3);
        Assert.Equal(1, world.Devnet.Height);
        world.Devnet.Faults.End(halts[0]);
        await world.ProduceAsync(1);
        Assert.Equal(1, world.Devnet.Height);
        world.Devnet.Faults.End(halts[1]);
        await world.ProduceAsync(1);
        Assert.Equal(2, world.Devnet.Height);
    }

    [Fact]
    public async Task A_jump_brings_its_blocks_at_once_and_once()
    {
        await using var world = FaultWorld.InMemory();
        var socket = await world.SubscribeAsync(1);
        world.Begin(FaultKind.ChainJumps, null, 7);
        await world.ProduceAsync(1);
        Assert.Equal(8, world.Devnet.Height);
        await world.ProduceAsync(1);
        Assert.Equal(9, world.Devnet.Height);
        for (var height = 2; height <= 9; height++)
        {
            Assert.Equal(height, await FaultWorld.HeightAsync(socket));
        }
    }

    [Fact]
    public async Task A_slow_chain_takes_its_factor_longer_for_each_block()
    {
        await using var world = FaultWorld.InMemory(shape => shape with { BlockTime = BlockTime });
        await TickAsync(world, BlockTime, 2);
        var (twice, thrice) = (world.Begin(FaultKind.ChainSlows, null, 2), world.Begin(FaultKind.ChainSlows, null, 3));
        world.Time.Advance((BlockTime * 6) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, world.Devnet.Height);
        await TickAsync(world, TimeSpan.FromMilliseconds(1), 3);
        world.Devnet.Faults.End(thrice);
        await TickAsync(world, BlockTime * 2, 4);
        world.Devnet.Faults.End(twice);
        await TickAsync(world, BlockTime, 5);
    }

    [Fact]
    public async Task A_risen_fee_refuses_the_old_one_and_throws_out_what_waits()
    {
        await using var world = FaultWorld.InMemory();
        var fault = world.Begin(FaultKind.FeeRises, null, 1.5m);
        await world.ProduceAsync(1);
        Assert.Equal("sdk 13", await world.PayAsync(1, 0));
        Assert.Equal("15.000000000000000000", await PriceAsync(world));
        world.Devnet.Faults.End(fault);
        await world.ProduceAsync(1);
        Assert.Equal("10.000000000000000000", await PriceAsync(world));
        Assert.Equal("0", await world.PayAsync(1, 0));
    }

    [Fact]
    public async Task Window_and_epoch_lengths_change_with_the_next_epoch()
    {
        await using var world = FaultWorld.InMemory();
        await world.ProduceUntilAsync(3);
        var window = world.Begin(FaultKind.WindowLength, null, 3);
        var epoch = world.Begin(FaultKind.EpochLength, null, 5);
        await world.ProduceUntilAsync(21);
        world.Devnet.Faults.End(window);
        world.Devnet.Faults.End(epoch);
        await world.ProduceUntilAsync(50);
        Assert.Equal(
            [(2, 8), (14, 17), (19, 22), (24, 30), (36, 42), (48, 54)],
            world.Witness.Openings.Where(opening => opening.Topic == new TopicId(1))
                .Select(opening => ((int)opening.Nonce.Value, (int)opening.ClosesAt.Value)));
        Assert.Equal(
            [(8, 2), (17, 14), (22, 19), (30, 24), (42, 36)],
            world.Witness.Blocks.SelectMany(block => block.Closed.Select(closed => (block, closed)))
                .Where(pair => pair.closed.Topic == new TopicId(1))
                .Select(pair => ((int)pair.block.Height.Value, (int)pair.closed.Nonce.Value)));
    }

    [Fact]
    public async Task An_inference_is_taken_in_the_last_block_of_a_shortened_window_and_not_after()
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.WindowLength, null, 3);
        await world.ProduceUntilAsync(4);
        Assert.Equal("0", await world.BroadcastAsync(1, FaultWorld.Inference(0, 2)));
        await world.ProduceAsync(1);
        Assert.Single(world.Witness.Blocks[^1].Transactions[0].Admitted);
        await world.ProduceUntilAsync(17);
        Assert.Equal("0", await world.BroadcastAsync(1, FaultWorld.Inference(1, 14)));
        await world.ProduceAsync(1);
        Assert.Equal(("emissions", 75u), (world.Witness.Blocks[^1].Transactions[0].Codespace, world.Witness.Blocks[^1].Transactions[0].Code));
    }

    [Theory]
    [InlineData(1, new[] { 2ul })]
    [InlineData(0, new ulong[0])]
    public async Task An_inactive_topic_opens_nothing_until_it_wakes_up(int topic, ulong[] awake)
    {
        await using var world = FaultWorld.InMemory();
        var socket = await world.SubscribeAsync(1);
        var fault = world.Begin(FaultKind.TopicInactive, null, topic);
        await world.ProduceUntilAsync(13);
        Assert.Equal(awake, world.Witness.Openings.Select(opening => opening.Topic.Value));
        Assert.Contains("EventTopicStatusChanged", await FaultWorld.HearAsync(socket), StringComparison.Ordinal);
        world.Devnet.Faults.End(fault);
        await world.ProduceUntilAsync(30);
        Assert.Contains(world.Witness.Openings, opening => opening is { Topic.Value: 1, Nonce.Value: 26 });
    }

    [Fact]
    public async Task Funds_go_and_come_back()
    {
        await using var world = FaultWorld.InMemory();
        var before = world.Devnet.BalanceOf(FaultWorld.Alice.Address);
        var faults = new[] { world.Begin(FaultKind.FundsGone), world.Begin(FaultKind.FundsGone) };
        await world.ProduceAsync(1);
        Assert.Equal("sdk 5", await world.PayAsync(1, 0));
        Assert.Equal(BigInteger.Zero, world.Devnet.BalanceOf(FaultWorld.Alice.Address));
        world.Devnet.Faults.End(faults[0]);
        await world.ProduceAsync(1);
        Assert.Equal(BigInteger.Zero, world.Devnet.BalanceOf(FaultWorld.Alice.Address));
        world.Devnet.Faults.End(faults[1]);
        await world.ProduceAsync(1);
        Assert.Equal(before, world.Devnet.BalanceOf(FaultWorld.Alice.Address));
        Assert.Equal("0", await world.PayAsync(1, 0));
    }

    [Fact]
    public async Task An_upgrade_moves_the_chain_to_v10_and_stays()
    {
        await using var world = FaultWorld.InMemory(shape => shape with { Version = EmissionsVersion.V9 });
        Assert.NotNull((await world.LcdAsync(1, "emissions/v9/params"))["params"]);
        var fault = world.Begin(FaultKind.Upgrade);
        await world.ProduceAsync(1);
        world.Devnet.Faults.End(fault);
        await world.ProduceAsync(1);
        Assert.Null((await world.LcdAsync(1, "emissions/v9/params"))["params"]);
        Assert.NotNull((await world.LcdAsync(2, "emissions/v10/params"))["params"]);
    }

    private static async Task<string> PriceAsync(FaultWorld world) =>
        (await world.LcdAsync(1, "feemarket/v1/state"))["state"]!["base_gas_price"]!.ToString();

    /// <summary>Lets time pass until the chain has this height; the tick itself runs on the pool.</summary>
    private static async Task TickAsync(FaultWorld world, TimeSpan by, long height)
    {
        world.Time.Advance(by);
        await world.Devnet.WaitForHeightAsync(height, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(height, world.Devnet.Height);
    }
}
