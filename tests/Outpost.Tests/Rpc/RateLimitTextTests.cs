using Outpost.Chains.Rpc;

namespace Outpost.Tests.Rpc;

public sealed class RateLimitTextTests
{
    [Theory]
    [InlineData("100000/day;200/minute;20/second", "100000 per 1 day, 200 per 1 minute, 20 per 1 second")]
    [InlineData("10000/day;300/minute;40/second", "10000 per 1 day, 300 per 1 minute, 40 per 1 second")]
    [InlineData("5 per 2 seconds", "5 per 2 second")]
    [InlineData(" 7 / HOUR , 9per3months|1/year", "7 per 1 hour, 9 per 3 month, 1 per 1 year")]
    [InlineData("3/10minutes", "3 per 10 minute")]
    public void Reads_the_grammar(string text, string clauses)
    {
        Assert.True(RateLimitText.TryParse(text, out var limit, out var problem), problem);
        Assert.Equal(clauses, string.Join(", ", limit.Clauses));
        Assert.Equal(text, limit.Text);
    }

    [Theory]
    [InlineData("2/day", 86_400)]
    [InlineData("2/month", 2_592_000)]
    [InlineData("2/year", 31_104_000)]
    [InlineData("2 per 30 minutes", 1_800)]
    public void Knows_the_length_of_a_period(string text, double seconds)
    {
        Assert.True(RateLimitText.TryParse(text, out var limit, out _));
        Assert.Equal(seconds, limit.Clauses[0].Period.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5/fortnight")]
    [InlineData("0/second")]
    [InlineData("5/0second")]
    [InlineData("-5/second")]
    [InlineData("5/second;")]
    [InlineData("5.5/second")]
    [InlineData("10000000000/second")]
    [InlineData("1/999999999years")]
    [InlineData("1 per 101 years")]
    [InlineData("1/second;1/second;1/second;1/second;1/second;1/second;1/second;1/second;1/second;1/second;1/second;"
        + "1/second;1/second;1/second;1/second;1/second;1/second")]
    public void Refuses_what_is_no_limit_and_says_so(string text)
    {
        Assert.False(RateLimitText.TryParse(text, out var limit, out var problem));
        Assert.Null(limit);
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("5/second;1234567890/second", "'1234567890/second' is too large: write an amount of at most 9 digits")]
    [InlineData("5/2000000000years", "and a period of at most 100 years")]
    [InlineData("often", "'often' is no rate limit")]
    public void Says_what_is_wrong(string text, string words)
    {
        Assert.False(RateLimitText.TryParse(text, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }
}
