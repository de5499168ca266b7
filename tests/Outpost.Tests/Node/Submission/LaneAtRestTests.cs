using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Node;
using Outpost.Node.Journal;
using Outpost.Node.Submission;
using Outpost.Tests.Rpc;
using BlockClock = Outpost.Node.Blocks.BlockClock;

namespace Outpost.Tests.Node.Submission;

/// <summary>What the lane does, and does not, when it has nothing to hand over.</summary>
public sealed class LaneAtRestTests
{
    [Fact]
    public async Task Blocks_do_not_wake_a_lane_that_has_nothing_pending()
    {
        var watched = new WatchedTime();
        var clock = new BlockClock(new ManualTime(), TimeSpan.FromSeconds(5));
        await clock.AdvanceAsync(new Height(7));
        using var journal = DutyJournal.Open(":memory:", new ManualTime());
        using var network = new CannedNetwork(_ => throw new InvalidOperationException("it asks the chain"));
        var chain = new CosmosOptions { Endpoints = [new(EndpointKind.Rpc, new Uri("http://127.0.0.1:1"))] };
        await using var cosmos = new CosmosClient(
            chain, network, new ManualTime(), new Random(1), NullLoggerFactory.Instance);
        var lane = new SubmissionLane(new LaneOptions(), LaneOnDevnet.Key, new LaneSurroundings(
            cosmos, journal, clock, watched, NullLogger<SubmissionLane>.Instance));
        using var stop = new CancellationTokenSource();
        var running = lane.RunAsync(stop.Token);
        await RestAsync(lane);
        var looks = watched.Looks;

        for (var height = 8; height < 108; height++)
        {
            await clock.AdvanceAsync(new Height(height));
            await lane.SeeAsync(new Block(new Height(height), null, 3), stop.Token);
            await RestAsync(lane);
        }

        // Each of its steps looks at the clock.
        Assert.Equal(looks, watched.Looks);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_wait_ends_at_its_time_by_news_and_by_a_stop()
    {
        var time = new ManualTime();
        var queue = new TicketQueue(time);
        using var stop = new CancellationTokenSource();

        var timed = queue.NewsAsync(time.GetTimestamp() + TimeSpan.FromSeconds(3).Ticks, stop.Token);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(timed.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await timed;

        var waiting = queue.NewsAsync(null, stop.Token);
        Assert.False(waiting.IsCompleted);
        queue.Add(new Sighting(new Height(3), []));
        await waiting;
        await queue.NewsAsync(null, stop.Token);
        Assert.Single(queue.Take(1).Sightings);

        var stopped = queue.NewsAsync(null, stop.Token);
        Assert.False(stopped.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    [Fact]
    public async Task What_is_asked_for_by_name_holds_up_nothing_new()
    {
        using var held = new HeldLookups();
        await using var world = await LaneOnDevnet.StartAsync(around: held);
        var first = world.Submit(1);
        await world.BlockAsync(2);
        Assert.IsType<LaneAnswer.InBlock>(await first);
        _ = world.Submit(2);
        await world.QuietAsync();
        await world.Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);
        held.IsHolding = true;
        await world.RestartAsync();
        var earlier = world.Submit(2, earlier: world.Earlier(2));
        await world.PassUntilAsync(() => held.Asked > 0);

        var before = world.Time.GetTimestamp();
        var later = world.Submit(3);
        await world.PassUntilAsync(
            () => world.Witness.Checks.Any(check => check.Payloads.Any(name => name.Topic.Value == 3)));
        Assert.True(world.Time.GetElapsedTime(before) < TimeSpan.FromSeconds(1), "it waited for what is asked by name");
        Assert.False(earlier.IsCompleted);

        held.Release();
        await world.BlockAsync(3);
        Assert.IsType<LaneAnswer.InBlock>(await earlier);
        Assert.IsType<LaneAnswer.InBlock>(await later);
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
    }

    private static async Task RestAsync(SubmissionLane lane)
    {
        for (var waits = 0; !lane.IsIdle; waits++)
        {
            Assert.True(waits < 10_000, "the lane does not come to rest");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Counts who looks at it.</summary>
    private sealed class WatchedTime : TimeProvider
    {
        private int _looks;

        public int Looks => Volatile.Read(ref _looks);

        public override long GetTimestamp() => Interlocked.Increment(ref _looks);
    }
}
