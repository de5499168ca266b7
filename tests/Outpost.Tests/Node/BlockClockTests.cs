using Outpost.Chains;
using Outpost.Node.Blocks;

namespace Outpost.Tests.Node;

public sealed class BlockClockTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Tells_when_a_height_is_reached_even_when_blocks_were_skipped()
    {
        var clock = await AtAsync(100);
        var reached = clock.Reached(new Height(105));
        await clock.AdvanceAsync(new Height(104));
        Assert.False(reached.IsCancellationRequested);
        await clock.AdvanceAsync(new Height(107));
        Assert.True(reached.IsCancellationRequested);
        Assert.True(clock.Reached(new Height(107)).IsCancellationRequested);
    }

    [Fact]
    public async Task Never_goes_back()
    {
        var clock = await AtAsync(100);
        await clock.AdvanceAsync(new Height(99));
        Assert.Equal(new Height(100), clock.Head);
    }

    [Fact]
    public async Task Learns_the_time_between_blocks_from_their_arrival()
    {
        var clock = await AtAsync(100);
        for (var height = 101; height <= 150; height++)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            await clock.AdvanceAsync(new Height(height));
        }

        Assert.Equal(2, clock.BlockTime.TotalSeconds, 0.01);
        Assert.Equal(20, clock.Until(new Height(160)).TotalSeconds, 0.1);
        Assert.Equal(TimeSpan.Zero, clock.Until(new Height(150)));
    }

    [Fact]
    public async Task Wakes_whoever_waits_for_the_next_block()
    {
        var clock = await AtAsync(100);
        var next = clock.NextBlockAsync(TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        await clock.AdvanceAsync(new Height(101));
        await next.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Does_not_think_the_chain_slow_after_it_stood_still_for_an_hour()
    {
        var clock = await AtPaceAsync(30);
        _time.Advance(TimeSpan.FromHours(1));
        await clock.AdvanceAsync(new Height(131));
        Assert.Equal(5, clock.BlockTime.TotalSeconds, 0.01);
        Assert.Equal(50, clock.Until(new Height(141)).TotalSeconds, 0.1);
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(64, 40)]
    public async Task Does_not_think_the_chain_fast_after_a_burst_of_fetched_blocks(int blocks, int milliseconds)
    {
        var clock = await AtPaceAsync(30);
        var head = clock.Head;
        _time.Advance(TimeSpan.FromSeconds(5) * blocks);
        for (var fetched = 1; fetched <= blocks; fetched++)
        {
            await clock.AdvanceAsync(head + fetched);
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.Equal(5, clock.BlockTime.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task Learns_a_true_change_of_pace_and_says_how_sure_it_is()
    {
        var clock = await AtPaceAsync(30);
        Assert.Equal(TimeSpan.Zero, clock.Expect(new Height(140)).GiveOrTake);
        for (var height = 131; height <= 160; height++)
        {
            _time.Advance(TimeSpan.FromSeconds(height % 2 == 0 ? 1.5 : 2.5));
            await clock.AdvanceAsync(new Height(height));
        }

        Assert.InRange(clock.BlockTime.TotalSeconds, 1.5, 2.5);
        Assert.True(clock.Expect(new Height(170)).GiveOrTake > TimeSpan.Zero);
    }

    [Fact]
    public async Task Believes_the_headers_until_enough_blocks_have_come()
    {
        var clock = new BlockClock(_time, TimeSpan.FromSeconds(5));
        clock.Guess(TimeSpan.FromSeconds(6));
        await clock.AdvanceAsync(new Height(100));
        _time.Advance(TimeSpan.FromMinutes(10));
        await clock.AdvanceAsync(new Height(101));
        Assert.Equal(6, clock.BlockTime.TotalSeconds);
    }

    [Fact]
    public async Task Says_that_the_chain_stands_still_once_an_endpoint_confirms_it_and_takes_it_back_with_the_next_block()
    {
        var clock = await AtPaceAsync(30);
        var since = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(clock.ConfirmStill(clock.Head));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, clock.UntilSilent);
        Assert.False(clock.IsStill);
        Assert.False(clock.ConfirmStill(clock.Head + 1));
        Assert.True(clock.ConfirmStill(clock.Head));
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(since, clock.StillSince);

        await clock.AdvanceAsync(clock.Head + 1);
        Assert.False(clock.IsStill);
        Assert.Null(clock.StillSince);
    }

    [Fact]
    public async Task Measures_a_standstill_from_the_last_block_and_in_a_window_from_its_beginning()
    {
        var clock = await AtPaceAsync(30);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.Zero, clock.LongestStandstill(0));
        clock.ConfirmStill(clock.Head);
        var inside = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(TimeSpan.FromSeconds(65), clock.LongestStandstill(0));
        Assert.Equal(TimeSpan.FromSeconds(25), clock.LongestStandstill(inside));

        await clock.AdvanceAsync(clock.Head + 1);
        var after = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(60));
        await clock.AdvanceAsync(clock.Head + 1);
        Assert.Equal(TimeSpan.FromSeconds(65), clock.LongestStandstill(0));
        Assert.Equal(TimeSpan.FromSeconds(25), clock.LongestStandstill(inside));
        Assert.Equal(TimeSpan.Zero, clock.LongestStandstill(after));
    }

    [Fact]
    public async Task Slow_blocks_are_no_standstill_and_neither_is_an_endpoint_that_is_behind()
    {
        var clock = await AtPaceAsync(30);
        for (var blocks = 0; blocks < 10; blocks++)
        {
            _time.Advance(TimeSpan.FromSeconds(25));
            clock.ConfirmStill(clock.Head);
            await clock.AdvanceAsync(clock.Head + 1);
        }

        _time.Advance(TimeSpan.FromSeconds(200));
        Assert.False(clock.ConfirmStill(clock.Head + -1));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(clock.ConfirmStill(clock.Head));
        Assert.True(clock.UntilSilent > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, clock.LongestStandstill(0));
    }

    private async Task<BlockClock> AtPaceAsync(int blocks)
    {
        var clock = await AtAsync(100);
        for (var made = 1; made <= blocks; made++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await clock.AdvanceAsync(new Height(100 + made));
        }

        return clock;
    }

    private async Task<BlockClock> AtAsync(long height)
    {
        var clock = new BlockClock(_time, TimeSpan.FromSeconds(5));
        await clock.AdvanceAsync(new Height(height));
        return clock;
    }
}
