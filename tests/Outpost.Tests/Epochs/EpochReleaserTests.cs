using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Consensus.Epochs;
using Outpost.Tests.Evm;

namespace Outpost.Tests.Epochs;

public sealed class EpochReleaserTests
{
    private static readonly EpochStream Tens = new(31_337, 10, 2);
    private static readonly EpochStream Threes = new(31_337, 3, 12);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Missed_epochs_are_released_at_once_and_of_all_streams()
    {
        await using var world = new EvmWorld(blocks: 5_003);
        var ledger = new MemoryLedger(Tens, Threes);
        await StepAsync(world, Releaser(world, ledger, begin: 1), ledger);

        Assert.Equal(500, ledger.Newest(Tens, 10_000).Count);
        Assert.Equal(new Epoch(4_991, 5_000), ledger.Last(Tens)!.Epoch);
        Assert.Equal(new Epoch(4_987, 4_989), ledger.Last(Threes)!.Epoch);
        AssertTrue(world, ledger);
        Assert.InRange(world.Devnet.Nodes[0].Requests, 1, 50);
    }

    [Fact]
    public async Task Without_a_marker_the_first_head_is_the_beginning_also_when_it_moves()
    {
        await using var world = new EvmWorld(blocks: 20);
        var ledger = new MemoryLedger(Tens);
        var releaser = Releaser(world, ledger, begin: 0);
        for (var block = 0; block < 13; block++)
        {
            await StepAsync(world, releaser, ledger);
            world.Devnet.Extend(1);
        }

        Assert.Equal(new Epoch(20, 29), ledger.Last(Tens)!.Epoch);
    }

    [Fact]
    public async Task A_restart_goes_on_behind_the_last_epoch()
    {
        await using var world = new EvmWorld(blocks: 40);
        var ledger = new MemoryLedger(Tens);
        await StepAsync(world, Releaser(world, ledger, begin: 1), ledger);
        world.Devnet.Extend(25);
        await StepAsync(world, Releaser(world, ledger, begin: 1), ledger);

        Assert.Equal(
            ["51-60", "41-50", "31-40", "21-30", "11-20", "1-10"],
            ledger.Newest(Tens, 100).Select(one => one.Epoch.ToString()));
        AssertTrue(world, ledger);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(13, 2)]
    public async Task What_a_reorganisation_deeper_than_the_offset_reached_is_released_anew(int depth, int invalid)
    {
        await using var world = new EvmWorld(blocks: 42);
        var ledger = new MemoryLedger(Tens);
        var releaser = Releaser(world, ledger, begin: 1);
        await StepAsync(world, releaser, ledger);
        world.Devnet.Reorganise(depth, depth + 1);
        await StepAsync(world, releaser, ledger);

        Assert.Equal(invalid, ledger.Newest(Tens, 100).Count(one => one.Releases == 2));
        Assert.All(ledger.Newest(Tens, 100).Take(invalid), one => Assert.Equal((2, null), (one.Releases, one.InvalidatedAt)));
        AssertTrue(world, ledger);
    }

    [Fact]
    public async Task An_epoch_is_released_anew_when_it_is_as_far_behind_the_head_as_any()
    {
        await using var world = new EvmWorld(blocks: 42);
        var ledger = new MemoryLedger(Tens);
        var releaser = Releaser(world, ledger, begin: 1);
        await StepAsync(world, releaser, ledger);

        // The new branch is at block 41: the epoch's last block is one behind it, and has to be two.
        world.Devnet.Reorganise(5, 4);
        await StepAsync(world, releaser, ledger);
        Assert.NotNull(ledger.Last(Tens)!.InvalidatedAt);

        world.Devnet.Extend(1);
        await StepAsync(world, releaser, ledger);
        Assert.Equal((2, null), (ledger.Last(Tens)!.Releases, ledger.Last(Tens)!.InvalidatedAt));
        AssertTrue(world, ledger);
    }

    [Fact]
    public async Task What_changed_while_nobody_looked_is_found_at_the_start()
    {
        await using var world = new EvmWorld(blocks: 42);
        var ledger = new MemoryLedger(Tens);
        await StepAsync(world, Releaser(world, ledger, begin: 1), ledger);
        world.Devnet.Reorganise(30, 400);
        await StepAsync(world, Releaser(world, ledger, begin: 1), ledger);

        Assert.Equal(3, ledger.Newest(Tens, 100).Count(one => one.Releases == 2));
        AssertTrue(world, ledger);
    }

    [Fact]
    public async Task A_full_disk_is_waited_for_and_loses_nothing()
    {
        await using var world = new EvmWorld(blocks: 42);
        var ledger = new MemoryLedger(Tens) { Failures = 3 };
        using var stop = new CancellationTokenSource();
        var (releaser, _) = Releaser(world, ledger, begin: 1);
        var running = releaser.RunAsync(stop.Token);
        for (var second = 0; second < 50 && ledger.Newest(Tens, 100).Count < 4; second++)
        {
            await EvmWorld.SettleAsync(running);
            world.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(4, ledger.Newest(Tens, 100).Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>
    /// 100,000 of them with OUTPOST_REORGS=100000. What a reader is told is held against the chain after each one.
    /// </summary>
    [Fact]
    public async Task Random_reorganisations_leave_no_wrong_chain_and_no_wrong_epoch()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("OUTPOST_REORGS"), out var asked) ? asked : 3_000;
        await using var world = new EvmWorld(blocks: 100);
        var ledger = new MemoryLedger(Tens, Threes);
        var run = Releaser(world, ledger, begin: 1);
        var random = new Random(29);
        await StepAsync(world, run, ledger);
        var (wrong, deep, known) = (0, 0, world.Devnet.Height);
        for (var turn = 0; turn < count; turn++)
        {
            // Shallow ones are common, as on real chains, and each depth comes.
            var depth = random.Next(4) == 0 ? random.Next(1, 65) : random.Next(1, 4);
            var before = world.Devnet.Height;
            world.Devnet.Reorganise(depth, depth + random.Next(1, 4));
            world.Devnet.Nodes[0].Terms.ShufflesBatches = random.Next(2) == 0;
            if (turn % 997 == 996)
            {
                run = Releaser(world, ledger, begin: 1);
            }

            var changes = await StepAsync(world, run, ledger);
            wrong += changes.Count(change => change.IsReorganisation && change.LastCommon != before - depth);
            wrong += Enumerable.Range(0, 70).Count(back => run.Heads.HashAt(world.Devnet.Height - back)?.ToString()
                != world.Devnet.HashAt(world.Devnet.Height - back));
            wrong += Wrong(world, ledger);
            deep += depth > Tens.HeadOffset ? 1 : 0;
        }

        Assert.NotEqual(0, deep);
        Assert.Equal(0, wrong);
        Assert.Contains(ledger.Newest(Tens, 10_000), one => one.Releases > 1);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} reorganisations from block {known} to {world.Devnet.Height}, {deep} deeper than {Tens.HeadOffset}");
    }

    [Fact]
    public async Task Endpoints_that_lag_lie_and_fail_make_no_wrong_epoch()
    {
        await using var world = new EvmWorld(nodes: 3, blocks: 100);
        var ledger = new MemoryLedger(Tens, Threes);
        var run = Releaser(world, ledger, begin: 1);
        var random = new Random(31);
        var (lies, wrong) = (0, 0);
        for (var turn = 0; turn < 300; turn++)
        {
            // One of three lies at most: the others are in the majority.
            var liar = random.Next(6);
            foreach (var (index, node) in world.Devnet.Nodes.Index())
            {
                node.Terms.LiesFrom = index == liar ? world.Devnet.Height - random.Next(-1, 12) : null;
                node.Terms.LagBlocks = index != liar && random.Next(4) == 0 ? random.Next(1, 4) : 0;
                node.Terms.Refuses = index != liar && liar > 2 && random.Next(4) == 0;
                node.Terms.ShufflesBatches = random.Next(2) == 0;
            }

            lies += liar <= 2 ? 1 : 0;
            world.Devnet.Reorganise(random.Next(3) == 0 ? random.Next(1, 3) : 0, random.Next(2, 5));
            for (var look = 0; look < 4; look++)
            {
                await TryLookAsync(world, run);
                world.Time.Advance(TimeSpan.FromSeconds(3));
            }

            // Two blocks are left at most, as few as the offset: no epoch is invalid unless it was a lie.
            wrong += ledger.Newest(Tens, 10).Count(one => one.LastBlockHash != world.Devnet.HashAt(one.Epoch.End));
        }

        foreach (var node in world.Devnet.Nodes)
        {
            (node.Terms.LiesFrom, node.Terms.LagBlocks, node.Terms.Refuses) = (null, 0, false);
        }

        for (var look = 0; look < 60; look++)
        {
            world.Devnet.Extend(1);
            world.Time.Advance(TimeSpan.FromSeconds(12));
            await TryLookAsync(world, run);
        }

        Assert.NotEqual(0, lies);
        Assert.Equal(0, wrong);
        Assert.Equal(world.Devnet.HashAt(world.Devnet.Height), run.Heads.HashAt(world.Devnet.Height)?.ToString());
        Assert.InRange(ledger.Last(Tens)!.Epoch.End, world.Devnet.Height - 12, world.Devnet.Height - 2);
        AssertTrue(world, ledger);
    }

    private static async Task TryLookAsync(EvmWorld world, (EpochReleaser Releaser, HeadFollower Heads) run)
    {
        try
        {
            if (await world.AnswerAsync(run.Heads.LookAsync(Token)) is { } change)
            {
                await world.RunAsync(run.Releaser.TakeAsync(change, Token));
            }
        }
        catch (ChainException e) when (e.IsTransient || e.Fault is ChainFault.NotFound)
        {
            // The next look tries again, as the loop does.
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static (EpochReleaser Releaser, HeadFollower Heads) Releaser(EvmWorld world, MemoryLedger ledger, long begin)
    {
        var heads = new HeadFollower(world.Client, new HeadOptions(), NullLoggerFactory.Instance);
        var releaser = new EpochReleaser(
            ledger, [.. ledger.Streams.Select(stream => new EpochStart(stream, begin))], world.Client, heads, world.Time,
            NullLoggerFactory.Instance);
        return (releaser, heads);
    }

    /// <summary>Looks until the head is the chain's, and has all that follows done.</summary>
    private static async Task<List<HeadChange>> StepAsync(
        EvmWorld world, (EpochReleaser Releaser, HeadFollower Heads) run, MemoryLedger ledger)
    {
        var changes = new List<HeadChange>();
        for (var look = 0; look < 30 && run.Heads.HashAt(world.Devnet.Height)?.ToString() != world.Devnet.HashAt(world.Devnet.Height); look++)
        {
            try
            {
                if (await world.AnswerAsync(run.Heads.LookAsync(Token)) is { } change)
                {
                    changes.Add(change);
                    await world.RunAsync(run.Releaser.TakeAsync(change, Token));
                }
            }
            catch (ChainException e) when (e.IsTransient)
            {
                world.Time.Advance(TimeSpan.FromMilliseconds(500));
            }
        }

        return changes;
    }

    private static void AssertTrue(EvmWorld world, MemoryLedger ledger) => Assert.Equal(0, Wrong(world, ledger));

    /// <summary>Epochs that count and end in no block of the chain, or do not count and do, or leave a gap.</summary>
    private static int Wrong(EvmWorld world, MemoryLedger ledger)
    {
        var wrong = 0;
        foreach (var stream in ledger.Streams)
        {
            var newest = ledger.Newest(stream, 60);
            wrong += newest.Count(one => (one.InvalidatedAt is null) != (one.LastBlockHash == world.Devnet.HashAt(one.Epoch.End)));
            wrong += newest.Zip(newest.Skip(1)).Count(pair => pair.First.Epoch.Begin != pair.Second.Epoch.End + 1);
        }

        return wrong;
    }
}
