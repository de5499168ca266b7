using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap;
using static Outpost.Tests.Uniswap.MainnetExchange;

namespace Outpost.Tests.Uniswap;

/// <summary>Numbers that were worked out by hand: what an ether, a token and a swap come to.</summary>
public sealed class GoldenTests
{
    private static readonly Epoch Ten = new(1001, 1010);

    [Fact]
    public void An_ether_costs_all_dollars_over_all_ethers()
    {
        var snapshot = Reserves(Make());
        Assert.Equal("1804", Text(snapshot["token1Prices"]!["block1001"]));
        Assert.Equal("36080000", Text(snapshot["token1ReservesUSD"]!["block1010"]));
    }

    [Fact]
    public void A_dollar_token_costs_what_the_market_says()
    {
        var snapshot = Reserves(Make());
        Assert.Equal("0.999445983379501385", Text(snapshot["token0Prices"]!["block1010"]));
        Assert.Equal("36080000", Text(snapshot["token0ReservesUSD"]!["block1001"]));
    }

    [Fact]
    public void A_reserves_snapshot_has_the_fields_of_the_reference()
    {
        var snapshot = Reserves(Make().Reserves(1004, UsdcWeth, Of(36_000_000, 6), Of(20_050, 18)));
        Assert.Equal(
            ["contract", "chainHeightRange", "timestamp", "token0Reserves", "token1Reserves", "token0ReservesUSD",
                "token1ReservesUSD", "token0Prices", "token1Prices"],
            snapshot.Select(field => field.Key));
        Assert.Equal("0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc", (string?)snapshot["contract"]);
        Assert.Equal("""{"begin":1001,"end":1010}""", snapshot["chainHeightRange"]!.ToJsonString());
        Assert.Equal(FakeSource.Header(1010).Timestamp, (long)snapshot["timestamp"]!);
        Assert.Equal(
            """{"block1001":36100000,"block1002":36100000,"block1003":36100000,"block1004":36000000,"block1005":36000000,"""
            + "\"block1006\":36000000,\"block1007\":36000000,\"block1008\":36000000,\"block1009\":36000000,\"block1010\":36000000}",
            snapshot["token0Reserves"]!.ToJsonString());
        Assert.Equal("20050", Text(snapshot["token1Reserves"]!["block1004"]));
    }

    /// <summary>A token whose only pair is with USDC: its ethers come from the quote of one USDC, fee and impact included.</summary>
    [Fact]
    public void A_token_beyond_an_ether_is_priced_by_a_quote()
    {
        var (token, pair) = (Exchange.Address(0x77), Exchange.Address(0x7777));
        var exchange = Make().Token(token, 8, "GEM").Pair(pair, token, Usdc)
            .Reserves(900, pair, Of(1_000, 8), Of(50_000, 6));
        var snapshot = exchange.At(Ten).Compute((new PairTotalReserves(NoSettings), pair))[0];

        // 50 USDC for one GEM, 552354555382340 wei for one USDC, 1804 dollars for one ether.
        var wanted = BigDecimal.Parse("0.00055235455538234") * 50 * 1804;
        Assert.Equal(wanted.Round(18).ToString(), Text(snapshot["token0Prices"]!["block1001"]));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"fee":"v0"}""")]
    public void An_ether_sold_pays_the_same_fee_by_both_formulas(string settings)
    {
        // 1 WETH in, 1799.495295 USDC out.
        var exchange = Make()
            .Reserves(1003, UsdcWeth, Of(36_100_000, 6), Of(20_000, 18))
            .Swap(1003, UsdcWeth, 7, 0, Of(1, 18), 1_799_495_295, 0);
        var snapshot = Volume(exchange, settings);
        Assert.Equal(
            ["contract", "chainHeightRange", "timestamp", "totalTrade", "totalFee", "token0TradeVolume", "token1TradeVolume",
                "token0TradeVolumeUSD", "token1TradeVolumeUSD", "eventCount", "events"],
            snapshot.Select(field => field.Key));
        const string six = """
            "token0TradeVolume":1799.495295,"token1TradeVolume":1,"token0TradeVolumeUSD":1798.498345,"token1TradeVolumeUSD":1804
            """;
        var trades = "{\"totalTradesUSD\":1804,\"totalFeeUSD\":5.412," + six + "}";
        const string none = "{\"totalTradesUSD\":0,\"totalFeeUSD\":0,\"token0TradeVolume\":0,\"token1TradeVolume\":0,"
            + "\"token0TradeVolumeUSD\":0,\"token1TradeVolumeUSD\":0}";
        var log = "{\"args\":{\"sender\":\"0x0000000000000000000000000000000000abcdef\",\"to\":\"" + UsdcWeth.Hex
            + "\",\"amount0In\":0,\"amount1In\":1000000000000000000,\"amount0Out\":1799495295,\"amount1Out\":0},"
            + "\"event\":\"Swap\",\"address\":\"" + UsdcWeth.Hex + "\",\"blockNumber\":1003,\"logIndex\":4,\"transactionHash\":\""
            + FakeSource.Hash(1_003_007) + "\",\"timestamp\":1678012036,\"token0_amount\":1799.495295,\"token1_amount\":1,"
            + "\"trade_amount_usd\":1804}";
        Assert.Equal(
            "{\"Swap\":{\"logs\":[" + log + "],\"trades\":" + trades + "},\"Mint\":{\"logs\":[],\"trades\":" + none
            + "},\"Burn\":{\"logs\":[],\"trades\":" + none + "},\"Trades\":" + trades + "}",
            snapshot["events"]!.ToJsonString());
        Assert.Equal("1804 5.412 " + six, $"{Text(snapshot["totalTrade"])} {Text(snapshot["totalFee"])} "
            + string.Join(',', snapshot.Skip(5).Take(4).Select(field => $"\"{field.Key}\":{Text(field.Value)}")));
        Assert.Equal(1, (int)snapshot["eventCount"]!);
    }

    [Theory]
    [InlineData("""{"fee":"volume"}""", "5.996676")]
    [InlineData("""{"fee":"v0"}""", "5.97859")]
    public void Dollars_sold_pay_a_fee_of_the_larger_or_of_the_second_side(string settings, string fee)
    {
        // 2000 USDC in, 1.104691388 WETH out: 1998.891967 dollars against 1992.863264.
        var exchange = Make()
            .Reserves(1003, UsdcWeth, Of(36_100_000, 6), Of(20_000, 18))
            .Swap(1003, UsdcWeth, 7, Of(2_000, 6), 0, 0, 1_104_691_388_000_000_000);
        var snapshot = Volume(exchange, settings);
        Assert.Equal("1998.891967", Text(snapshot["totalTrade"]));
        Assert.Equal("1992.863264", Text(snapshot["token1TradeVolumeUSD"]));
        Assert.Equal(fee, Text(snapshot["totalFee"]));
    }

    [Fact]
    public void Mints_and_burns_count_both_sides_and_no_volume()
    {
        var exchange = Make()
            .Reserves(1003, UsdcWeth, Of(36_100_000, 6), Of(20_000, 18))
            .Mint(1003, UsdcWeth, 7, Of(1_805, 6), Of(1, 18))
            .Burn(1004, UsdcWeth, 8, Of(3_610, 6), Of(2, 18));
        var snapshot = Volume(exchange, "{}");
        Assert.Equal("0", Text(snapshot["totalTrade"]));
        Assert.Equal("3608", Text(snapshot["events"]!["Mint"]!["trades"]!["totalTradesUSD"]));
        Assert.Equal("7216", Text(snapshot["events"]!["Burn"]!["trades"]!["totalTradesUSD"]));
        Assert.Equal("7216", Text(snapshot["events"]!["Burn"]!["logs"]![0]!["trade_amount_usd"]));
        Assert.Equal("0", Text(snapshot["events"]!["Burn"]!["trades"]!["totalFeeUSD"]));
        Assert.Equal(["sender", "amount0", "amount1"],
            snapshot["events"]!["Mint"]!["logs"]![0]!["args"]!.AsObject().Select(one => one.Key));
        Assert.Equal(2, (int)snapshot["eventCount"]!);
    }

    private static JsonObject Reserves(Exchange exchange) =>
        exchange.At(Ten).Compute((new PairTotalReserves(NoSettings), UsdcWeth))[0];

    private static JsonObject Volume(Exchange exchange, string settings) => exchange.At(Ten)
        .Compute((new PairTradeVolume(JsonDocument.Parse(settings).RootElement), UsdcWeth))[0];

    private static string Text(JsonNode? node) => node!.ToJsonString();
}
