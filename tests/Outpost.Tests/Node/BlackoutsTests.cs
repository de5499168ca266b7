using Outpost.Chains;
using Outpost.Node.Blocks;

namespace Outpost.Tests.Node;

public sealed class BlackoutsTests
{
    [Theory]
    [InlineData(101, 105, "all refuse")]
    [InlineData(116, 120, "all refuse")]
    [InlineData(100, 104, null)] // its opening was seen
    [InlineData(117, 121, null)] // seen before its end
    [InlineData(301, 305, null)]
    public void Tells_what_the_endpoints_said_during_a_window_that_was_wholly_unseen(long from, long to, string? said)
    {
        var blackouts = new Blackouts();
        blackouts.Add(new Height(100), new Height(120), "all refuse");
        blackouts.Add(new Height(200), new Height(300), "all lag");
        Assert.Equal(said, blackouts.During(new Height(from), new Height(to)));
    }

    [Fact]
    public void Keeps_the_newest_only()
    {
        var blackouts = new Blackouts();
        for (var at = 0; at < 1000; at += 10)
        {
            blackouts.Add(new Height(at), new Height(at + 10), $"since {at}");
        }

        Assert.Null(blackouts.During(new Height(1), new Height(5)));
        Assert.Equal("since 990", blackouts.During(new Height(991), new Height(995)));
    }
}
