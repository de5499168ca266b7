using System.Numerics;
using Outpost.Chains.Cosmos;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

public sealed class FeeQuotesTests
{
    private static readonly GasPrice Ten = new(10 * BigInteger.Pow(10, 18));

    [Theory]
    [InlineData(12, 0, 0, 1000)] // the market's price in the first block
    [InlineData(12, 6, 0, 1500)]
    [InlineData(12, 11, 0, 1917)] // 1916.66… rounded up
    [InlineData(12, 0, 2, 1250)] // an eighth for each refusal
    [InlineData(12, 99, 0, 2000)]
    [InlineData(0, 5, 0, 2000)]
    public void Headroom_grows_as_the_window_shrinks(long window, long gone, int refusals, int fee) =>
        Assert.Equal(fee, FeeQuotes.WithHeadroom(Ten, 100, new WindowPlace(window, gone, refusals)));

    [Fact]
    public void Is_exact_with_eighteen_digits() => Assert.Equal(
        1, FeeQuotes.WithHeadroom(new GasPrice(1), 1, new WindowPlace(3, 1, 0)));
}
