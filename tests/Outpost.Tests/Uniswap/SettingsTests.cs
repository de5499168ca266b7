using System.Text.Json;
using Outpost.Sdk;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap;
using Outpost.Uniswap.Pairs;
using static Outpost.Tests.Uniswap.MainnetExchange;

namespace Outpost.Tests.Uniswap;

public sealed class SettingsTests
{
    [Fact]
    public void Without_settings_they_are_those_of_mainnet()
    {
        var settings = Read("{}");
        Assert.Equal(Weth, settings.Weth);
        Assert.Equal("0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f", settings.Factory.ToString());
        Assert.Equal([DaiWeth, UsdcWeth, WethUsdt], settings.EthPairs);
        Assert.Equal(20, settings.Whitelist.Distinct().Count());
        Assert.Equal([Weth, Dai, Usdc, Usdt], settings.Whitelist.Take(4));
        Assert.Equal(Mkr, settings.Whitelist[8]);
        Assert.False(settings.IsFirstFee);
    }

    [Theory]
    [InlineData("""{"wethh":"0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"}""", "There is no setting 'wethh'")]
    [InlineData("""{"weth":"0xc02aaa"}""", "weth: the address 0xc02aaa is not 0x and 40 hex digits")]
    [InlineData("""{"factory":7}""", "factory: the address 7 ")]
    [InlineData("""{"whitelist":"0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"}""", "whitelist is a list")]
    [InlineData("""{"ethPairs":["0x0d4a11d5eeaac28ec3f61d100daf4d40471f1852","0x0d4a11d5EEaaC28EC3F61d100daF4d40471f1852"]}""", "twice")]
    [InlineData("""{"fee":"v1"}""", "fee is \"volume\"")]
    [InlineData("""{"checkEvery":-1}""", "checkEvery is a whole number")]
    [InlineData("""{"checkEvery":1.5}""", "checkEvery is a whole number")]
    public void What_is_no_setting_is_refused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Prices_are_shared_by_those_whose_settings_make_them_equal()
    {
        Assert.Equal(Read("{}").Name, Read("""{"fee":"v0"}""").Name);
        string[] names =
        [
            Read("{}").Name, Read($$"""{"weth":"{{Dai.Hex}}"}""").Name, Read($$"""{"factory":"{{Dai.Hex}}"}""").Name,
            Read($$"""{"ethPairs":["{{Dai.Hex}}"]}""").Name, Read($$"""{"whitelist":["{{Dai.Hex}}"]}""").Name,
        ];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Another_chain_has_to_be_named()
    {
        var exchange = Make();
        var fault = Assert.Throws<UniswapException>(
            () => exchange.At(new Epoch(1001, 1001), 31337).Compute((new PairTotalReserves(NoSettings), UsdcWeth)));
        Assert.StartsWith("Chain 31337 is not Ethereum's mainnet", fault.Message, StringComparison.Ordinal);
        var named = JsonDocument.Parse($$"""{"weth":"{{Weth.Hex}}"}""").RootElement;
        Assert.Single(exchange.At(new Epoch(1001, 1001), 31337).Compute((new PairTotalReserves(named), UsdcWeth)));
    }

    /// <summary>A chain of its own: two pairs with an ether, and a whitelist in which the ether is last.</summary>
    [Fact]
    public void Addresses_of_another_chain_lead_to_its_prices()
    {
        var (ether, dollar, gem) = (Exchange.Address(1), Exchange.Address(2), Exchange.Address(3));
        var (first, second, gemDollar, factory) =
            (Exchange.Address(11), Exchange.Address(12), Exchange.Address(13), Exchange.Address(14));
        var exchange = new Exchange().Token(ether, 18, "E").Token(dollar, 2, "D").Token(gem, 0, "G")
            .Pair(first, ether, dollar, factory).Pair(gemDollar, dollar, gem, factory).Pair(second, dollar, ether)
            .Reserves(900, first, Of(30, 18), Of(3_000, 2)).Reserves(900, second, Of(1_100, 2), Of(10, 18))
            .Reserves(900, gemDollar, Of(1_000, 2), 4);
        var settings = JsonDocument.Parse($$"""
            {"weth":"{{ether.Hex}}","factory":"{{factory.Hex}}","ethPairs":["{{first.Hex}}","{{second.Hex}}"],
             "whitelist":["{{dollar.Hex}}","{{ether.Hex}}"],"checkEvery":1}
            """).RootElement;
        var snapshot = exchange.At(new Epoch(1001, 1002), 5).Compute((new PairTotalReserves(settings), gemDollar))[0];

        // An ether is 4100/40 = 102.5 dollars. A dollar (100 cents) sells for 997 * 100 * 30e18 / (1000 * 300000 + 99700).
        var wei = 99_700 * Of(30, 18) / 300_099_700;
        var wanted = (BigDecimal.OfUnits(wei, 18) * 250 * BigDecimal.Parse("102.5")).Round(18);
        Assert.Equal(wanted.ToString(), snapshot["token1Prices"]!["block1002"]!.ToJsonString());
        Assert.Equal("102.5", (BigDecimal.Parse(snapshot["token0Prices"]!["block1001"]!.ToJsonString()) * 100).ToString());
    }

    [Fact]
    public async Task Names_come_as_text_or_as_thirty_two_bytes()
    {
        var nameless = Exchange.Address(9);
        var exchange = Make().Token(Mkr, 18, "MKR", isOld: true);
        exchange.Say(nameless, "symbol()", []);
        var source = exchange.At(new Epoch(1, 1));
        var metadata = new Metadata(read => Task.FromResult(source.Answer(read, 1)));
        Assert.Equal(("MKR", "MKR coin"), (await metadata.SymbolAsync(Mkr), await metadata.NameAsync(Mkr)));
        Assert.Equal("USDC", await metadata.SymbolAsync(Usdc));
        Assert.Equal(nameless.Hex, await metadata.SymbolAsync(nameless));
        Assert.Equal((18, 6, 0), (await metadata.DecimalsAsync(Mkr), await metadata.DecimalsAsync(Usdc), await metadata.DecimalsAsync(nameless)));
        Assert.Equal("USDC-WETH", await metadata.PairNameAsync(UsdcWeth));
    }

    private static UniswapSettings Read(string text) => UniswapSettings.Read(JsonDocument.Parse(text).RootElement);
}
