using Outpost.Chains;
using Outpost.Chains.Rpc;
using Outpost.Tests.Node;

namespace Outpost.Tests.Rpc;

public sealed class RequestLimitTests
{
    private static readonly Uri Endpoint = new("http://a");

    private readonly ManualTime _time = new();

    [Fact]
    public void Holds_in_every_stretch_of_its_period_and_wastes_little()
    {
        Assert.True(RateLimitText.TryParse("5/second;40/minute", out var text, out _));
        var limit = new RequestLimit(text, null, _time);
        var taken = new List<TimeSpan>();
        var random = new Random(3);
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(10); passed += TimeSpan.FromMilliseconds(37))
        {
            if (random.Next(3) == 0 && IsFree(limit))
            {
                taken.Add(passed);
            }

            _time.Advance(TimeSpan.FromMilliseconds(37));
        }

        Assert.True(Most(taken, TimeSpan.FromSeconds(1)) <= 5);
        Assert.True(Most(taken, TimeSpan.FromMinutes(1)) <= 40);
        Assert.InRange(taken.Count, 380, 400);
    }

    [Fact]
    public async Task A_turn_that_is_near_is_waited_for_and_one_that_is_far_is_not()
    {
        var limit = new RequestLimit(null, 2, _time);
        Assert.True(IsFree(limit));
        Assert.True(IsFree(limit));
        var third = limit.TakeAsync(Endpoint, "read", TestContext.Current.CancellationToken);
        Assert.False(third.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        await third;

        var slow = new RequestLimit(null, 0.1, _time);
        Assert.True(IsFree(slow));
        var problem = await Assert.ThrowsAsync<ChainException>(
            () => slow.TakeAsync(Endpoint, "read", TestContext.Current.CancellationToken));
        Assert.True(problem is { Fault: ChainFault.RateLimited, IsOwnLimit: true });
        Assert.InRange(problem.RetryAfter!.Value.TotalSeconds, 9.9, 10.5);
    }

    [Fact]
    public void Without_a_limit_there_is_always_a_turn()
    {
        var limit = new RequestLimit(null, null, _time);
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.True(IsFree(limit)));
    }

    private static bool IsFree(RequestLimit limit)
    {
        using var given = new CancellationTokenSource();
        var turn = limit.TakeAsync(Endpoint, "read", given.Token);
        given.Cancel();
        return turn.IsCompletedSuccessfully;
    }

    private static int Most(List<TimeSpan> taken, TimeSpan period) =>
        taken.Max(first => taken.Count(one => one >= first && one < first + period));
}
