using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap;
using Outpost.Uniswap.Pairs;
using static Outpost.Tests.Uniswap.MainnetExchange;

namespace Outpost.Tests.Uniswap;

public sealed class PairReservesTests
{
    private static readonly Epoch Three = new(1001, 1003);
    private static readonly EvmAddress Gem = Exchange.Address(0x77);
    private static readonly EvmAddress GemWeth = Exchange.Address(0x7777);
    private static readonly JsonElement CheckAll = JsonDocument.Parse("""{"checkEvery":1}""").RootElement;

    [Fact]
    public void The_last_of_several_changes_in_a_block_counts()
    {
        var exchange = Make().Reserves(1002, UsdcWeth, 5, 6).Reserves(1002, UsdcWeth, Of(7, 6), Of(8, 18));
        Assert.Equal(
            "{\"block1001\":36100000,\"block1002\":7,\"block1003\":7}", Compute(exchange, UsdcWeth)["token0Reserves"]!.ToJsonString());
    }

    [Fact]
    public void A_pair_that_is_made_within_the_epoch_held_nothing_before()
    {
        var exchange = Make().Token(Gem, 18, "GEM").Pair(GemWeth, Gem, Weth)
            .Reserves(1003, GemWeth, Of(100, 18), Of(10, 18));
        var snapshot = Compute(exchange, GemWeth);
        Assert.Equal("{\"block1001\":0,\"block1002\":0,\"block1003\":100}", snapshot["token0Reserves"]!.ToJsonString());
        // There was less than an ether in it for a part of the epoch.
        Assert.Equal("{\"block1001\":0,\"block1002\":0,\"block1003\":0}", snapshot["token0Prices"]!.ToJsonString());
        Assert.Equal("18040", snapshot["token1ReservesUSD"]!["block1003"]!.ToJsonString());
    }

    [Fact]
    public void A_pair_that_comes_after_the_epoch_has_no_snapshot()
    {
        var exchange = Make().Token(Gem, 18, "GEM").Pair(GemWeth, Gem, Weth)
            .Reserves(1004, GemWeth, Of(100, 18), Of(10, 18));
        Assert.Contains("no contract", Refused(exchange, GemWeth), StringComparison.Ordinal);
        Assert.Contains("does not name two tokens", Refused(Make(), Gem), StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_contradicts_the_logs_is_refused()
    {
        var exchange = Make().Reserves(1002, UsdcWeth, Of(7, 6), Of(8, 18));
        var source = exchange.At(Three);
        // The endpoint left one log out.
        source.Logs.Clear();
        var fault = Assert.Throws<UniswapException>(() => source.Compute((new PairTotalReserves(CheckAll), UsdcWeth)));
        Assert.Contains($"Reserves of {UsdcWeth.Hex} after block 1003", fault.Message, StringComparison.Ordinal);

        var unchecked_ = exchange.At(Three);
        unchecked_.Logs.Clear();
        var none = JsonDocument.Parse("""{"checkEvery":0}""").RootElement;
        Assert.Single(unchecked_.Compute((new PairTotalReserves(none), UsdcWeth)));
    }

    [Fact]
    public void Logs_in_disorder_are_refused()
    {
        var source = Make().Reserves(1002, UsdcWeth, 7, 8).Reserves(1003, UsdcWeth, 9, 8).At(Three);
        source.Logs.Reverse();
        Assert.Throws<UniswapException>(() => source.Compute((new PairTotalReserves(NoSettings), UsdcWeth)));
    }

    [Fact]
    public void One_in_so_many_pairs_is_checked_and_each_of_them_at_times()
    {
        EvmAddress[] pairs = [.. Enumerable.Range(1, 1000).Select(index => Exchange.Address(index))];
        var checks = pairs.Select(pair => Enumerable.Range(0, 200)
            .Count(epoch => PairReserves.IsChecked(pair, new Epoch(epoch * 10, (epoch * 10) + 9), 16))).ToArray();
        Assert.InRange(checks.Sum(), 200 * 1000 / 20, 200 * 1000 / 12);
        Assert.All(checks, count => Assert.InRange(count, 1, 40));
        Assert.All(pairs, pair => Assert.False(PairReserves.IsChecked(pair, Three, 0)));
    }

    [Fact]
    public void The_first_block_of_a_chain_has_none_before_it()
    {
        var exchange = Make(0).Token(Gem, 18, "GEM");
        var source = exchange.At(new Epoch(0, 2));
        var snapshot = source.Compute((new PairTotalReserves(NoSettings), UsdcWeth))[0];
        Assert.Equal("36100000", snapshot["token0Reserves"]!["block0"]!.ToJsonString());
    }

    [Fact]
    public void A_contract_that_answers_nonsense_is_no_pair()
    {
        var exchange = Make().Token(Gem, 18, "GEM").Pair(GemWeth, Gem, Weth);
        var honest = exchange.At(Three);
        var source = new FakeSource(Three)
        {
            Answer = (read, block) => read.To == GemWeth && read.Data.Span.SequenceEqual(Contracts.GetReserves.Selector)
                ? new CallResult.Returned(new byte[5])
                : honest.Answer(read, block),
        };
        var fault = Assert.Throws<UniswapException>(() => source.Compute((new PairTotalReserves(NoSettings), GemWeth)));
        Assert.Contains("is no Uniswap v2 pair", fault.Message, StringComparison.Ordinal);
    }

    private static JsonObject Compute(Exchange exchange, EvmAddress pair) =>
        exchange.At(Three).Compute((new PairTotalReserves(CheckAll), pair))[0];

    private static string Refused(Exchange exchange, EvmAddress pair) =>
        Assert.Throws<UniswapException>(() => Compute(exchange, pair)).Message;
}
