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

    private async Task<BlockClock> AtAsync(long height)
    {
        var clock = new BlockClock(_time, TimeSpan.FromSeconds(5));
        await clock.AdvanceAsync(new Height(height));
        return clock;
    }
}
