using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap;
using static Outpost.Tests.Uniswap.MainnetExchange;

namespace Outpost.Tests.Uniswap;

/// <summary>How often a chain has to be asked: once an epoch, when contracts have introduced themselves.</summary>
public sealed class RoundTests
{
    private static readonly EvmAddress Gem = Exchange.Address(0x77);
    private static readonly EvmAddress GemWeth = Exchange.Address(0x7777);
    private static readonly EvmAddress GemUsdc = Exchange.Address(0x7778);

    /// <summary>A token of no decimals says 0, which is asked anew in each epoch, beside everything else.</summary>
    [Theory]
    [InlineData(18, 0)]
    [InlineData(0, 1)]
    public void One_round_is_enough_when_metadata_are_known(int decimals, int unknown)
    {
        var exchange = Make().Token(Gem, decimals, "GEM").Pair(GemWeth, Gem, Weth)
            .Reserves(900, GemWeth, Of(1_000, 18), Of(10, 18)).Reserves(1015, GemWeth, Of(1_001, 18), Of(10, 18));
        var (first, second, _) = Twice(exchange, GemWeth);
        Assert.InRange(first.Rounds, 2, 4);
        Assert.Equal((1, unknown), (second.Rounds, second.UnknownMetadata));
    }

    [Fact]
    public void A_token_beyond_the_first_of_the_whitelist_takes_one_round_too_once_that_is_known()
    {
        // Half an ether only, so that GEM is priced by its dollars.
        var exchange = Make().Token(Gem, 18, "GEM").Pair(GemWeth, Gem, Weth).Pair(GemUsdc, Gem, Usdc)
            .Reserves(900, GemWeth, Of(1_000, 18), Of(1, 18) / 2).Reserves(900, GemUsdc, Of(1_000, 18), Of(9_000, 6));
        var (first, second, price) = Twice(exchange, GemWeth);
        Assert.InRange(first.Rounds, 2, 5);
        Assert.Equal(1, second.Rounds);
        Assert.StartsWith("8.968", price, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_of_the_whitelist_that_does_prices_a_token_whatever_was_looked_at()
    {
        // Half an ether; then dollars of two kinds, of which DAI stands before USDC; and from block 1025 on a whole ether.
        var gemDai = Exchange.Address(0x7776);
        var exchange = Make().Token(Gem, 18, "GEM").Pair(GemWeth, Gem, Weth).Pair(GemUsdc, Gem, Usdc).Pair(gemDai, Gem, Dai)
            .Reserves(900, GemWeth, Of(1_000, 18), Of(1, 18) - 1).Reserves(900, GemUsdc, Of(1_000, 18), Of(9_000, 6))
            .Reserves(900, gemDai, Of(1_000, 18), Of(8_000, 18))
            .Reserves(1025, GemWeth, Of(1_000, 18), Of(1, 18));
        ISnapshotProcessor reserves = new PairTotalReserves(NoSettings);
        List<string> prices = [];
        List<int> rounds = [];
        FakeSource? before = null;
        foreach (var begin in new[] { 1001, 1011, 1021, 1031, 1041 })
        {
            var source = exchange.At(new Epoch(begin, begin + 9));
            source.Know(before ?? source);
            var snapshot = source.Compute((reserves, GemWeth))[0];
            prices.Add(snapshot["token0Prices"]![$"block{begin + 9}"]!.ToJsonString()[..5]);
            rounds.Add(source.Rounds);
            before = source;
        }

        // An epoch in which there was less than an ether at any block goes by DAI still.
        Assert.Equal(["7.993", "7.993", "7.993", "1.804", "1.804"], prices);
        Assert.Equal([1, 1, 1, 1], rounds.Skip(1));
    }

    [Fact]
    public void A_token_that_nothing_prices_costs_nothing()
    {
        var (coin, pair) = (Exchange.Address(0x78), Exchange.Address(0x7779));
        var exchange = Make().Token(Gem, 18, "GEM").Token(coin, 18, "COIN").Pair(pair, Gem, coin)
            .Reserves(900, pair, Of(1_000, 18), Of(1_000, 18));
        var (_, second, price) = Twice(exchange, pair);
        Assert.Equal("0", price);
        Assert.Equal(1, second.Rounds);
    }

    [Fact]
    public void An_epoch_of_two_thousand_pairs_is_one_round()
    {
        const int Pairs = 2000;
        var epoch = new Epoch(1001, 1010);
        var exchange = Make();
        List<EvmAddress> pairs = [];
        for (var index = 0; index < Pairs; index++)
        {
            var (token, pair) = (Exchange.Address(1_000_000 + index), Exchange.Address(2_000_000 + index));
            exchange.Token(token, 18, $"T{index}").Pair(pair, token, Weth)
                .Reserves(900, pair, Of(1_000 + index, 18) + 7, Of(10 + index, 18) + 3);
            pairs.Add(pair);
            for (var block = epoch.Begin; block <= epoch.End; block += 1 + (index % 4))
            {
                exchange.Reserves(block, pair, Of(1_000 + index, 18) + block, Of(10 + index, 18) + block)
                    .Swap(block, pair, index, Of(1, 18), 0, 0, Of(1, 16) + block);
            }
        }

        for (var block = epoch.Begin; block <= epoch.End; block++)
        {
            exchange.Reserves(block, UsdcWeth, Of(36_100_000, 6) + block, Of(20_000, 18) + block);
        }

        ISnapshotProcessor reserves = new PairTotalReserves(NoSettings);
        ISnapshotProcessor volume = new PairTradeVolume(NoSettings);
        (ISnapshotProcessor, EvmAddress)[] projects =
            [.. pairs.Select(pair => (reserves, pair)), .. pairs.Select(pair => (volume, pair))];
        FakeSource? before = null;
        var best = TimeSpan.MaxValue;
        for (var run = 0; run < 2; run++)
        {
            var source = exchange.At(epoch);
            if (before is not null)
            {
                source.Know(before);
            }

            var begun = TimeProvider.System.GetTimestamp();
            var snapshots = source.Compute(projects);
            var took = TimeProvider.System.GetElapsedTime(begun);
            Assert.Equal(2 * Pairs, snapshots.Count);
            best = took < best ? took : best;
            before = source;
        }

        Assert.Equal(1, before!.Rounds);
        // The call before the epoch for each pair, and one in sixteen of them at its end.
        Assert.InRange(before.Calls, Pairs + 3, (Pairs + 3) * 9 / 8);
        Console.WriteLine($"PairTotalReserves and PairTradeVolume of {Pairs} pairs, one epoch: {best.TotalMilliseconds:N0} ms");
    }

    private static (FakeSource First, FakeSource Second, string Price) Twice(Exchange exchange, EvmAddress pair)
    {
        ISnapshotProcessor reserves = new PairTotalReserves(NoSettings);
        ISnapshotProcessor volume = new PairTradeVolume(NoSettings);
        var first = exchange.At(new Epoch(1001, 1010));
        first.Compute((reserves, pair), (volume, pair));
        var second = exchange.At(new Epoch(1011, 1020));
        second.Know(first);
        var snapshots = second.Compute((reserves, pair), (volume, pair));
        return (first, second, snapshots[0]["token0Prices"]!["block1020"]!.ToJsonString());
    }
}
