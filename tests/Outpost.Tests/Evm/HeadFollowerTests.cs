using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Evm;

namespace Outpost.Tests.Evm;

public sealed class HeadFollowerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chain_that_grows_is_told_of_with_what_stayed()
    {
        await using var world = new EvmWorld(blocks: 200);
        var heads = Follower(world);

        var first = await LookAsync(world, heads);
        Assert.Equal((200, -1, false), (first!.Head.Number, first.LastCommon, first.IsReorganisation));
        Assert.Null(await LookAsync(world, heads));
        world.Devnet.Extend(3);
        var next = await LookAsync(world, heads);

        Assert.Equal((203, 200, false), (next!.Head.Number, next.LastCommon, next.IsReorganisation));
        AssertTrail(world, heads, 203 - 127, 203);
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 2, 5)]
    [InlineData(64, 65, 0)]
    [InlineData(64, 70, 3)]
    [InlineData(100, 20, 0)]
    public async Task A_reorganisation_is_found_to_its_depth(int depth, int count, int grownBefore)
    {
        await using var world = new EvmWorld(blocks: 300);
        var heads = Follower(world);
        await LookAsync(world, heads);
        world.Devnet.Extend(grownBefore);
        world.Devnet.Reorganise(depth + grownBefore, count);

        var change = await LookUntilAsync(world, heads);

        Assert.Equal((300 - depth + count, 300 - depth), (change.Head.Number, change.LastCommon));
        Assert.True(change.IsReorganisation);
        Assert.False(change.IsBeyondTrail);
        AssertTrail(world, heads, change.LastCommon, change.Head.Number);
    }

    [Fact]
    public async Task A_reorganisation_deeper_than_what_is_kept_says_so()
    {
        await using var world = new EvmWorld(blocks: 300);
        var heads = Follower(world);
        await LookAsync(world, heads);
        world.Devnet.Reorganise(200, 201);

        var change = await LookAsync(world, heads);

        Assert.True(change is { IsReorganisation: true, IsBeyondTrail: true });
        AssertTrail(world, heads, 301 - 127, 301);
    }

    [Theory]
    [InlineData(0, 300, false)]
    [InlineData(50, 250, true)]
    public async Task After_a_long_pause_what_was_known_is_compared(int left, long lastCommon, bool isReorganisation)
    {
        await using var world = new EvmWorld(blocks: 300);
        var heads = Follower(world);
        await LookAsync(world, heads);
        world.Devnet.Reorganise(left, left + 5_000);

        var change = await LookAsync(world, heads);

        Assert.Equal((5_300, lastCommon, isReorganisation), (change!.Head.Number, change.LastCommon, change.IsReorganisation));
        AssertTrail(world, heads, 5_300 - 127, 5_300);
    }

    [Fact]
    public async Task A_chain_that_is_rolled_back_is_believed_when_nobody_stands_by_what_was()
    {
        await using var world = new EvmWorld(blocks: 50);
        var heads = Follower(world);
        await LookAsync(world, heads);
        world.Devnet.Reorganise(5, 0);

        var change = await LookUntilAsync(world, heads);

        Assert.Equal((45, 45, true), (change.Head.Number, change.LastCommon, change.IsReorganisation));
        world.Devnet.Extend(1);
        Assert.Equal((46, 45), await LookUntilAsync(world, heads) is var next ? (next.Head.Number, next.LastCommon) : default);
    }

    [Fact]
    public async Task One_endpoint_that_lags_is_no_reorganisation()
    {
        await using var world = new EvmWorld(nodes: 2, blocks: 50);
        var heads = Follower(world);
        await LookAsync(world, heads);
        world.Devnet.Extend(1);
        await LookAsync(world, heads);
        world.Devnet.Nodes[0].Terms.LagBlocks = 4;
        for (var look = 0; look < 20; look++)
        {
            Assert.Null(await LookAsync(world, heads));
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task One_endpoint_of_three_with_a_branch_of_its_own_is_outvoted()
    {
        await using var world = new EvmWorld(nodes: 3, blocks: 50);
        var heads = Follower(world);
        await LookAsync(world, heads);
        world.Devnet.Nodes[0].Terms.LiesFrom = 40;
        for (var block = 0; block < 20; block++)
        {
            world.Devnet.Extend(1);
            await LookAsync(world, heads);
            world.Time.Advance(TimeSpan.FromSeconds(12));
            Assert.All(Enumerable.Range(0, 50), number =>
                Assert.Equal(world.Devnet.HashAt(number), heads.HashAt(number)?.ToString()));
        }
    }

    /// <summary>Blocks that come with some jitter: how late they are seen, and how often is asked.</summary>
    [Theory]
    [InlineData(12, 2.0, 4)]
    [InlineData(2, 0.4, 4)]
    [InlineData(0.25, 0.15, 3)]
    [InlineData(60, 2.1, 17)]
    public void It_asks_when_a_block_is_due_and_not_much_more_often(double blockSeconds, double mostLate, int mostLooks)
    {
        var time = new Node.ManualTime();
        var pace = new HeadPace(time);
        var random = new Random(3);
        var (seen, looks, late, next) = (0, 0, new List<double>(), blockSeconds);
        for (var now = 0.0; seen < 1_000;)
        {
            looks++;
            var hasChanged = now >= next;
            for (; now >= next; seen++)
            {
                late.Add(now - next);
                next += blockSeconds * (0.8 + (0.4 * random.NextDouble()));
            }

            var pause = pace.Next(hasChanged, isHinted: false, TimeSpan.FromSeconds(blockSeconds));
            time.Advance(pause);
            now += pause.TotalSeconds;
        }

        Assert.InRange(late.Max(), 0, mostLate);
        Assert.InRange(looks / 1_000.0, 0.9, mostLooks);
    }

    [Fact]
    public async Task A_websocket_that_tells_of_blocks_saves_looks_and_time()
    {
        await using var world = new EvmWorld(blocks: 1, shape: options => options with
        {
            Endpoints = [options.Endpoints[0] with { Socket = new UriBuilder(options.Endpoints[0].Url) { Scheme = "ws" }.Uri }],
        });
        for (var block = 0; block < 100; block++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(12));
            world.Devnet.Extend(1);
        }

        using var stop = new CancellationTokenSource();
        var seen = 0L;
        var following = FollowAsync(Follower(world), number => Volatile.Write(ref seen, number), stop.Token);
        await EvmWorld.SettleAsync(following);
        var before = 0L;
        for (var block = 0; block < 22; block++)
        {
            world.Devnet.Extend(1);
            if (block == 2)
            {
                before = world.Devnet.Nodes[0].Requests;
            }

            // Until then the websocket may still be opening, and looks find the block.
            var start = TimeProvider.System.GetTimestamp();
            while (block >= 2 && Volatile.Read(ref seen) < world.Devnet.Height)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "No block without a look.");
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Token);
            }

            for (var tick = 0; tick < 120; tick++)
            {
                await EvmWorld.SettleAsync(following);
                world.Time.Advance(TimeSpan.FromMilliseconds(100));
            }
        }

        Assert.InRange((world.Devnet.Nodes[0].Requests - before) / 20.0, 1, 1.5);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }

    private static async Task FollowAsync(HeadFollower heads, Action<long> tell, CancellationToken cancellationToken)
    {
        await foreach (var change in heads.FollowAsync(cancellationToken))
        {
            tell(change.Head.Number);
        }
    }

    private static HeadFollower Follower(EvmWorld world) =>
        new(world.Client, new HeadOptions(), NullLoggerFactory.Instance);

    private static Task<HeadChange?> LookAsync(EvmWorld world, HeadFollower heads) =>
        world.AnswerAsync(heads.LookAsync(Token));

    private static async Task<HeadChange> LookUntilAsync(EvmWorld world, HeadFollower heads)
    {
        for (var look = 0; look < 20; look++)
        {
            try
            {
                if (await LookAsync(world, heads) is { } change)
                {
                    return change;
                }
            }
            catch (Outpost.Chains.ChainException e) when (e.Fault is Outpost.Chains.ChainFault.Behind)
            {
                world.Time.Advance(TimeSpan.FromMilliseconds(200));
            }
        }

        throw new InvalidOperationException("The head did not change.");
    }

    private static void AssertTrail(EvmWorld world, HeadFollower heads, long from, long to)
    {
        for (var number = from; number <= to; number++)
        {
            Assert.Equal(world.Devnet.HashAt(number), heads.HashAt(number)?.ToString());
        }
    }
}
