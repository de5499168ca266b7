using Outpost.Devnet;

namespace Outpost.Tests.Devnet;

public sealed class PayloadCountTests
{
    [Fact]
    public void Counts_every_repetition_of_what_it_still_knows()
    {
        var count = new PayloadCount(kept: 100);
        for (var nonce = 1; nonce <= 50; nonce++)
        {
            count.Add(Name(nonce));
        }

        count.Add(Name(1));
        count.Add(Name(1));
        count.Add(Name(50));
        Assert.Equal((3, 0), (count.Repetitions, count.Unjudged));
        Assert.Equal(new Dictionary<PayloadName, int> { [Name(1)] = 3, [Name(50)] = 2 }, count.Repeated());
    }

    [Fact]
    public void Says_when_it_cannot_know_any_more()
    {
        var count = new PayloadCount(kept: 10);
        for (var nonce = 1; nonce <= 1_000; nonce++)
        {
            count.Add(Name(nonce));
        }

        Assert.Equal((0, 0), (count.Repetitions, count.Unjudged));
        count.Add(Name(995));
        Assert.Equal((1, 0), (count.Repetitions, count.Unjudged));
        count.Add(Name(5));
        Assert.Equal((1, 1), (count.Repetitions, count.Unjudged));
    }

    private static PayloadName Name(long nonce) => new(new(1), new(nonce), "allo1worker");
}
