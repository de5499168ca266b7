using Outpost.Chains.Rpc;

namespace Outpost.Tests.Rpc;

public sealed class HeadsTests
{
    private static readonly DateTimeOffset Genesis = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Endpoint[] _three = [Some("a"), Some("b"), Some("c")];

    [Fact]
    public void One_endpoint_alone_is_believed()
    {
        var heads = new Heads([_three[0]]);

        heads.Heard(_three[0], 10, null, Second(0));
        heads.Heard(_three[0], 5_000, null, Second(1));

        Assert.Equal(5_000, heads.Seen);
    }

    [Fact]
    public void Does_not_go_back_for_one_that_lags()
    {
        var heads = new Heads(_three);

        heads.Heard(_three[0], 100, null, Second(0));
        heads.Heard(_three[1], 90, null, Second(1));

        Assert.Equal(100, heads.Seen);
        Assert.Equal((0, 10), (_three[0].Lag, _three[1].Lag));
        Assert.Equal((false, true), (heads.IsBehind(99), heads.IsBehind(90)));
    }

    [Fact]
    public void One_that_is_far_ahead_of_all_others_puts_none_behind()
    {
        var heads = new Heads(_three);
        for (var second = 0; second < 600; second++)
        {
            // Every endpoint tells of a block each 5 s; the third one lies.
            var height = 100 + (second / 5);
            heads.Heard(_three[0], height, null, Second(second));
            heads.Heard(_three[1], height, null, Second(second));
            heads.Heard(_three[2], height + 1_000, null, Second(second));
        }

        Assert.InRange(heads.Seen, 219, 230);
    }

    [Fact]
    public void A_leap_counts_as_soon_as_a_second_endpoint_tells_of_it()
    {
        var heads = new Heads(_three);
        heads.Heard(_three[0], 100, null, Second(0));
        heads.Heard(_three[1], 100, null, Second(0));

        heads.Heard(_three[0], 9_000, null, Second(1));
        Assert.Equal((100, true), (heads.Seen, heads.WantsSecondOpinion));
        heads.Heard(_three[1], 9_000, null, Second(2));

        Assert.Equal((9_000, false), (heads.Seen, heads.WantsSecondOpinion));
    }

    [Fact]
    public void What_all_claimed_and_none_stands_by_for_a_second_counts_no_more()
    {
        var heads = new Heads(_three);
        heads.Delivered(100, isHad: true, Second(0));
        Array.ForEach(_three, one => heads.Heard(one, 1_100, null, Second(1)));
        Assert.Equal(1_100, heads.Seen);

        heads.Heard(_three[0], 101, null, Second(60));
        heads.Heard(_three[1], 100, null, Second(60.9));
        Assert.Equal(1_100, heads.Seen);
        heads.Heard(_three[1], 100, null, Second(61));

        Assert.Equal(101, heads.Seen);
        heads.Heard(_three[2], 102, null, Second(62));
        Assert.Equal((102, false), (heads.Seen, heads.WantsSecondOpinion));
    }

    [Fact]
    public void One_that_stands_by_its_head_keeps_it()
    {
        var heads = new Heads(_three);
        Array.ForEach(_three, one => heads.Heard(one, 100, null, Second(0)));

        for (var second = 0; second < 60; second++)
        {
            heads.Heard(_three[0], 50, null, Second(second));
            heads.Heard(_three[1], 100, null, Second(second + 0.5));
        }

        Assert.Equal(100, heads.Seen);
    }

    [Fact]
    public void A_block_that_was_had_is_never_gone_back_over()
    {
        var heads = new Heads(_three);
        heads.Heard(_three[0], 100, null, Second(0));
        heads.Delivered(101, isHad: true, Second(1));
        heads.Delivered(102, isHad: false, Second(2));

        for (var second = 3; second < 60; second++)
        {
            heads.Heard(_three[1], 50, null, Second(second));
        }

        Assert.Equal(101, heads.Seen);
    }

    [Fact]
    public void The_times_in_headers_explain_why_one_of_two_lags()
    {
        var heads = new Heads(_three[..2]);

        heads.Heard(_three[0], 100, Genesis, Second(0));
        heads.Heard(_three[1], 220, Genesis + TimeSpan.FromMinutes(10), Second(0));

        Assert.Equal(220, heads.Seen);
        Assert.True(heads.IsBehind(100));
    }

    [Fact]
    public void The_chain_moves_on_at_its_own_pace_though_only_one_endpoint_tells_of_it()
    {
        var heads = new Heads(_three);
        heads.Heard(_three[1], 100, null, Second(0));
        for (var height = 101; height < 800; height++)
        {
            heads.Delivered(height, isHad: true, Second(5 * (height - 100)));
            Assert.Equal(height, heads.Seen);
        }
    }

    [Fact]
    public void A_cordoned_endpoint_leaves_the_other_alone()
    {
        var heads = new Heads(_three[..2]);
        heads.Heard(_three[0], 100, null, Second(0));
        _three[0].Health = _three[0].Health.Cordoned(Second(1));

        heads.Heard(_three[1], 900, null, Second(2));

        Assert.Equal(900, heads.Seen);
    }

    private static TimeSpan Second(double seconds) => TimeSpan.FromSeconds(seconds);

    private static Endpoint Some(string host) => new(new CometTransport(null!, new Uri($"http://{host}")));
}
