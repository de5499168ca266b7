using Outpost.Chains.Rpc;

namespace Outpost.Tests.Rpc;

public sealed class RequestPaceTests
{
    private readonly RequestPace _pace = new();

    [Fact]
    public void Nothing_waits_until_the_endpoint_says_that_it_is_too_much()
    {
        for (var call = 0; call < 1_000; call++)
        {
            Assert.Equal(TimeSpan.Zero, _pace.WaitAt(TimeSpan.Zero));
            _pace.Take(TimeSpan.Zero);
        }

        Assert.Null(_pace.PerSecond);
    }

    [Fact]
    public void Half_of_what_was_too_much_is_asked_from_then_on()
    {
        for (var call = 0; call < 20; call++)
        {
            _pace.Take(TimeSpan.FromMilliseconds(100 * call));
        }

        var now = TimeSpan.FromSeconds(2);
        _pace.Refused(now);
        Assert.Equal(5, _pace.PerSecond);

        _pace.Take(now);
        Assert.Equal(TimeSpan.FromMilliseconds(200), _pace.WaitAt(now));
        _pace.Take(now);
        Assert.Equal(TimeSpan.FromMilliseconds(400), _pace.WaitAt(now));
        Assert.Equal(TimeSpan.Zero, _pace.WaitAt(now + TimeSpan.FromMilliseconds(400)));
    }

    [Fact]
    public void Refusals_of_one_moment_are_one_lesson_and_the_pace_never_stops()
    {
        for (var call = 0; call < 16; call++)
        {
            _pace.Take(TimeSpan.Zero);
        }

        _pace.Refused(TimeSpan.FromMilliseconds(100));
        _pace.Refused(TimeSpan.FromMilliseconds(200));
        Assert.Equal(8, _pace.PerSecond);
        for (var second = 2; second < 60; second++)
        {
            _pace.Refused(TimeSpan.FromSeconds(second));
        }

        Assert.Equal(0.5, _pace.PerSecond);
        _pace.Take(TimeSpan.Zero);
        _pace.Take(TimeSpan.Zero);
        _pace.Take(TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(2), _pace.WaitAt(TimeSpan.Zero));
    }

    [Fact]
    public void Answers_earn_back_what_a_refusal_took()
    {
        _pace.Take(TimeSpan.Zero);
        _pace.Refused(TimeSpan.Zero);
        var slow = _pace.PerSecond;
        _pace.Answered();
        Assert.True(_pace.PerSecond > slow);
        for (var answer = 0; answer < 5_000; answer++)
        {
            _pace.Answered();
        }

        Assert.Null(_pace.PerSecond);
    }
}
