using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap;
using Outpost.Uniswap.Aggregates;
using static Outpost.Tests.Uniswap.MainnetExchange;

namespace Outpost.Tests.Uniswap;

/// <summary>Six epochs make a day here, so that each number can be followed by hand.</summary>
public sealed class AggregateTests
{
    private const string TradesType = "pairContract_trade_volume";
    private const string ReservesType = "pairContract_pair_total_reserves";
    private const string DayType = "aggregate_pairContract_24h_trade_volume";

    private static readonly Epoch Last = new(10_001, 10_010);
    private static readonly Exchange Chain = Make().Token(Mkr, 18, "MKR", isOld: true).Pair(Exchange.Address(0x99), Mkr, Weth);

    [Fact]
    public async Task A_day_is_its_last_six_epochs()
    {
        var series = new FakeSeries(Last, Chain);
        var trades = series.Add(TradesType, UsdcWeth);
        Fill(series, trades, 0..6, ago => 1.5m + ago);
        Assert.Equal(
            """{"epochId":77,"totalTrade":24,"totalFee":0.072,"token0TradeVolume":48,"token1TradeVolume":72,"""
            + "\"token0TradeVolumeUSD\":96,\"token1TradeVolumeUSD\":120,\"complete\":true}",
            await TextAsync(new TradeVolume24h(), series));

        // What is older does not count, and what is missing is told.
        Fill(series, trades, 6..20, _ => 1000);
        Assert.Contains("\"totalTrade\":24,", await TextAsync(new TradeVolume24h(), series), StringComparison.Ordinal);
        var late = new FakeSeries(Last, Chain);
        Fill(late, late.Add(TradesType, UsdcWeth), 0..5, _ => 1);
        Assert.EndsWith("\"complete\":false}", await TextAsync(new TradeVolume24h(), late), StringComparison.Ordinal);
        var gap = new FakeSeries(Last, Chain);
        var gappy = gap.Add(TradesType, UsdcWeth);
        Fill(gap, gappy, 0..3, _ => 1);
        Fill(gap, gappy, 4..9, _ => 1);
        var text = await TextAsync(new TradeVolume24h(), gap);
        Assert.Contains("\"totalTrade\":5,", text, StringComparison.Ordinal);
        Assert.EndsWith("\"complete\":false}", text, StringComparison.Ordinal);
        var none = new FakeSeries(Last, Chain);
        none.Add(TradesType, UsdcWeth);
        Assert.Equal(
            "{\"epochId\":77,\"totalTrade\":0,\"totalFee\":0,\"token0TradeVolume\":0,\"token1TradeVolume\":0,"
            + "\"token0TradeVolumeUSD\":0,\"token1TradeVolumeUSD\":0,\"complete\":false}",
            await TextAsync(new TradeVolume24h(), none));
    }

    [Theory]
    [InlineData(42, true)]
    [InlineData(41, false)]
    [InlineData(60, true)]
    public async Task A_week_is_the_same_by_its_trades_and_by_its_days(int epochs, bool isComplete)
    {
        var series = new FakeSeries(Last, Chain);
        var (trades, days) = (series.Add(TradesType, UsdcWeth), series.Add(DayType, UsdcWeth));
        Fill(series, trades, 0..epochs, ago => 0.000001m * (ago + 1));
        for (var ago = 0; ago < epochs; ago++)
        {
            var then = new FakeSeries(series.At(ago), Chain);
            var member = then.Add(TradesType, UsdcWeth);
            Fill(then, member, 0..(epochs - ago), back => 0.000001m * (ago + back + 1));
            series.Put(days, ago, await new TradeVolume24h().ComputeAsync(then, CancellationToken.None));
        }

        var byTrades = await TextAsync(new TradeVolume7d(), series.Only(trades));
        Assert.Equal(byTrades, await TextAsync(new TradeVolume7d(), series.Only(days)));
        var wanted = Enumerable.Range(1, Math.Min(epochs, 42)).Sum(ago => 0.000001m * ago);
        Assert.Contains($"\"totalTrade\":{(BigDecimal)wanted},", byTrades, StringComparison.Ordinal);
        Assert.Equal(isComplete, byTrades.EndsWith("true}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pairs_stand_in_the_order_of_what_lies_in_them()
    {
        var series = Market();
        Assert.Equal(
            """{"epochId":77,"complete":true,"pairs":["""
            + """{"name":"MKR-WETH","address":"0x0000000000000000000000000000000000000099","liquidity":900,"volume24h":12,"fee24h":0.036},"""
            + """{"name":"USDC-WETH","address":"0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc","liquidity":300,"volume24h":6,"fee24h":0.018}]}""",
            await TextAsync(new TopPairs24h(), series));
        // MKR: 42 epochs of 2; USDC: 6 of 1 and 36 of 10.
        Assert.Equal(
            """{"epochId":77,"complete":true,"pairs":["""
            + """{"name":"USDC-WETH","address":"0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc","volume7d":366,"fee7d":1.098},"""
            + """{"name":"MKR-WETH","address":"0x0000000000000000000000000000000000000099","volume7d":84,"fee7d":0.252}]}""",
            await TextAsync(new TopPairs7d(), series));
    }

    [Fact]
    public async Task A_pair_without_reserves_is_left_out_and_told()
    {
        var series = Market();
        var other = series.Add(ReservesType, DaiWeth);
        var trades = series.Add(TradesType, DaiWeth);
        Fill(series, trades, 0..60, _ => 1);
        series.Put(other, 3, Held(1, 1, 1, 1, series.At(3)));
        var text = await TextAsync(new TopPairs24h(), series);
        Assert.StartsWith("{\"epochId\":77,\"complete\":false", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DAI", text, StringComparison.Ordinal);
        Assert.Contains("\"complete\":false", await TextAsync(new TopTokens24h(), series), StringComparison.Ordinal);
        Assert.Contains("\"complete\":false", await TextAsync(new Stats24h(), series), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_sum_up_their_sides()
    {
        // WETH: 200 + 800 dollars, 6 x 5 + 12 x 5 traded, 1800 to 1804.5 dollars; MKR had no price a day ago.
        Assert.Equal(
            """{"epochId":77,"complete":true,"tokens":["""
            + """{"name":"WETH coin","symbol":"WETH","decimals":18,"address":"0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2","""
            + "\"price\":1804.5,\"priceChange24h\":0.25,\"volume24h\":90,\"liquidity\":1000},"
            + """{"name":"MKR coin","symbol":"MKR","decimals":18,"address":"0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2","""
            + "\"price\":700,\"priceChange24h\":0,\"volume24h\":48,\"liquidity\":100},"
            + """{"name":"USDC coin","symbol":"USDC","decimals":6,"address":"0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48","""
            + "\"price\":0.9,\"priceChange24h\":-10,\"volume24h\":24,\"liquidity\":100}]}",
            await TextAsync(new TopTokens24h(), Market()));
    }

    [Fact]
    public async Task Stats_compare_with_the_day_before()
    {
        // Volume 18 after 60 + 12, in pairs that hold 1200 after 100 + 500.
        Assert.Equal(
            """{"epochId":77,"volume24h":18,"tvl":1200,"fee24h":0.054,"volumeChange24h":-75,"tvlChange24h":100,"""
            + "\"feeChange24h\":-75,\"complete\":true}",
            await TextAsync(new Stats24h(), Market()));

        var series = new FakeSeries(Last, Chain);
        Fill(series, series.Add(TradesType, UsdcWeth), 0..6, _ => 1);
        series.Put(series.Add(ReservesType, UsdcWeth), 0, Held(100, 200, 0.9m, 1804.5m, Last));
        Assert.Equal(
            """{"epochId":77,"volume24h":6,"tvl":300,"fee24h":0.018,"volumeChange24h":0,"tvlChange24h":0,"""
            + "\"feeChange24h\":0,\"complete\":false}",
            await TextAsync(new Stats24h(), series));
    }

    [Fact]
    public async Task Stats_are_the_same_by_trades_and_by_days()
    {
        var series = Market();
        var days = new List<Member>();
        foreach (var trades in series.Members.Where(one => one.Type == TradesType).ToArray())
        {
            var day = series.Add(DayType, trades.Contract!.Value);
            days.Add(day);
            foreach (var ago in new[] { 0, 6 })
            {
                var sum = await TradedVolume.OverAsync(series, trades, days: 1, daysAgo: ago / 6);
                series.Put(day, ago, sum.ToJson(series));
            }
        }

        var reserves = series.Members.Where(one => one.Type == ReservesType).ToArray();
        var trading = series.Members.Where(one => one.Type == TradesType).ToArray();
        Assert.Equal(
            await TextAsync(new Stats24h(), series.Only([.. reserves, .. trading])),
            await TextAsync(new Stats24h(), series.Only([.. reserves, .. days])));
    }

    [Fact]
    public async Task The_newest_transactions_are_found_in_a_quiet_week()
    {
        var series = new FakeSeries(Last, Chain);
        var trades = series.Add(TradesType, UsdcWeth);
        Fill(series, trades, 0..60, _ => 0);
        foreach (var ago in new[] { 3, 17, 41, 42 })
        {
            series.Put(trades, ago, Traded(1, Enumerable.Range(1, 30), series.At(ago)));
        }

        var all = await new RecentTransactions().ComputeAsync(series, CancellationToken.None);
        Assert.True((bool)all["complete"]!);
        var places = all["transactions"]!.AsArray()
            .Select(log => ((long)log!["blockNumber"]!, (int)log["logIndex"]!)).ToArray();
        Assert.Equal(75, places.Length);
        Assert.Equal(places.OrderDescending(), places);
        Assert.Equal((series.At(3).End, 30), places[0]);
        Assert.Equal(series.At(41).End, places[^1].Item1);
        Assert.Equal(3, series.Reads);

        // With fewer than asked for the whole week has to be there.
        var week = new FakeSeries(Last, Chain);
        trades = week.Add(TradesType, UsdcWeth);
        Fill(week, trades, 0..41, _ => 0);
        week.Put(trades, 5, Traded(1, [1, 2], week.At(5)));
        Assert.False((bool)(await new RecentTransactions().ComputeAsync(week, CancellationToken.None))["complete"]!);
        Fill(week, trades, 41..42, _ => 0);
        var whole = await new RecentTransactions().ComputeAsync(week, CancellationToken.None);
        Assert.Equal((true, 2), ((bool)whole["complete"]!, whole["transactions"]!.AsArray().Count));
    }

    [Fact]
    public async Task Members_that_are_missing_or_strange_are_named()
    {
        var series = new FakeSeries(Last, Chain);
        series.Add(ReservesType, UsdcWeth);
        var fault = await Assert.ThrowsAsync<UniswapException>(() => TextAsync(new TopPairs24h(), series));
        Assert.Contains(UsdcWeth.Hex, fault.Message, StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<UniswapException>(() => TextAsync(new TradeVolume24h(), new FakeSeries(Last, Chain)));
        Assert.Contains("one project, not of 0", fault.Message, StringComparison.Ordinal);
        series.Add("pairContract_weather", UsdcWeth);
        fault = await Assert.ThrowsAsync<UniswapException>(() => TextAsync(new Stats24h(), series));
        Assert.Contains("pairContract_weather_0xb4e1", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Two pairs with 60 epochs of trades, their reserves now and a day ago.</summary>
    private static FakeSeries Market()
    {
        var series = new FakeSeries(Last, Chain);
        Put(UsdcWeth, ago => ago < 6 ? 1 : 10, Held(100, 200, 0.9m, 1804.5m, Last), Held(40, 60, 1, 1800, series.At(6)));
        Put(Exchange.Address(0x99), _ => 2, Held(100, 800, 700, 1804.5m, Last), Held(0, 500, 0, 1800, series.At(6)));
        return series;

        void Put(EvmAddress pair, Func<int, decimal> traded, JsonObject now, JsonObject before)
        {
            Fill(series, series.Add(TradesType, pair), 0..60, traded);
            var reserves = series.Add(ReservesType, pair);
            series.Put(reserves, 0, now);
            series.Put(reserves, 6, before);
        }
    }

    private static void Fill(FakeSeries series, Member member, Range epochsAgo, Func<int, decimal> dollars)
    {
        for (var ago = epochsAgo.Start.Value; ago < epochsAgo.End.Value; ago++)
        {
            series.Put(member, ago, Traded(dollars(ago), [], series.At(ago)));
        }
    }

    private static JsonObject Traded(decimal dollars, IEnumerable<int> logs, Epoch epoch)
    {
        int[] all = [.. logs];
        JsonArray Logs(int kind) =>
        [
            .. all.Where(index => index % 3 == kind)
                .Select(index => (JsonNode)new JsonObject { ["blockNumber"] = epoch.End, ["logIndex"] = index }),
        ];
        return new JsonObject
        {
            ["totalTrade"] = dollars,
            ["totalFee"] = dollars * 0.003m,
            ["token0TradeVolume"] = dollars * 2,
            ["token1TradeVolume"] = dollars * 3,
            ["token0TradeVolumeUSD"] = dollars * 4,
            ["token1TradeVolumeUSD"] = dollars * 5,
            ["eventCount"] = all.Length,
            ["events"] = new JsonObject
            {
                ["Swap"] = new JsonObject { ["logs"] = Logs(0) },
                ["Mint"] = new JsonObject { ["logs"] = Logs(1) },
                ["Burn"] = new JsonObject { ["logs"] = Logs(2) },
            },
        };
    }

    private static JsonObject Held(decimal dollars0, decimal dollars1, decimal price0, decimal price1, Epoch epoch)
    {
        JsonObject AtEnd(decimal value) => new() { [$"block{epoch.Begin}"] = 5, [$"block{epoch.End}"] = value };
        return new JsonObject
        {
            ["token0ReservesUSD"] = AtEnd(dollars0),
            ["token1ReservesUSD"] = AtEnd(dollars1),
            ["token0Prices"] = AtEnd(price0),
            ["token1Prices"] = AtEnd(price1),
        };
    }

    private static async Task<string> TextAsync(IAggregateProcessor processor, FakeSeries series) =>
        (await processor.ComputeAsync(series, CancellationToken.None)).ToJsonString();
}
