using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Blocks;
using Outpost.Node.Duties;
using Outpost.Node.Windows;

namespace Outpost.Tests.Node;

public sealed class NextEventTests
{
    private static readonly Duty Window = new(new DutyId(Role.Inferer, new TopicId(1), new Height(100)), new Height(106));
    private static readonly NextOpening Next = new(new Height(124), IsForeseen: true);

    private readonly BlockClock _clock = new(new ManualTime(), TimeSpan.FromSeconds(5));
    private readonly NextEvent _event;

    public NextEventTests() => _event = new NextEvent(_clock);

    [Fact]
    public async Task Asks_the_chain_when_no_event_tells_of_a_windows_end()
    {
        await _clock.AdvanceAsync(new Height(100));
        _event.Plan(Next, Window, hasEvents: true);
        Assert.Equal(107, await OverdueAtAsync());
    }

    [Fact]
    public async Task Waits_for_the_next_opening_when_an_event_has_told_of_the_end()
    {
        await _clock.AdvanceAsync(new Height(100));
        _event.Plan(Next, Window, hasEvents: true);
        await _clock.AdvanceAsync(new Height(106));
        _event.Closed(new Height(100));
        Assert.Equal(125, await OverdueAtAsync());
    }

    [Fact]
    public async Task Does_not_ask_twice_for_one_end()
    {
        await _clock.AdvanceAsync(new Height(107));
        _event.Plan(Next, Window, hasEvents: true);
        Assert.Equal(125, await OverdueAtAsync());
    }

    [Fact]
    public async Task Expects_no_event_where_there_are_none()
    {
        await _clock.AdvanceAsync(new Height(100));
        _event.Plan(Next, Window, hasEvents: false);
        Assert.Equal(107, await OverdueAtAsync());
        _event.Plan(Next, Window, hasEvents: false);
        Assert.Equal(124, await OverdueAtAsync());
    }

    [Fact]
    public async Task Leaves_endpoints_alone_that_do_not_answer_until_blocks_come_again()
    {
        await _clock.AdvanceAsync(new Height(100));
        _event.Plan(Next, Window, hasEvents: true);
        _event.AwaitBlocks();
        Assert.False(_event.IsOverdue.IsCancellationRequested);

        // The end of a window changes nothing of that.
        _event.Closed(new Height(100));
        Assert.Equal(101, await OverdueAtAsync());
    }

    [Fact]
    public async Task Asks_about_every_five_seconds_while_blocks_come_and_nothing_is_answered()
    {
        var clock = new BlockClock(new ManualTime(), TimeSpan.FromSeconds(1));
        await clock.AdvanceAsync(new Height(100));
        var next = new NextEvent(clock);
        next.AwaitBlocks();
        await clock.AdvanceAsync(new Height(104));
        Assert.False(next.IsOverdue.IsCancellationRequested);
        await clock.AdvanceAsync(new Height(105));
        Assert.True(next.IsOverdue.IsCancellationRequested);
    }

    /// <summary>The block at which the event is overdue.</summary>
    private async Task<long> OverdueAtAsync()
    {
        while (!_event.IsOverdue.IsCancellationRequested)
        {
            await _clock.AdvanceAsync(_clock.Head + 1);
        }

        return _clock.Head.Value;
    }
}
