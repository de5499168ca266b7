using System.Numerics;
using System.Text.Json;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Uniswap;

/// <summary>The three pairs that price an ether on Ethereum's mainnet, with round reserves.</summary>
internal static class MainnetExchange
{
    public static readonly EvmAddress Weth = EvmAddress.Parse("0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
    public static readonly EvmAddress Dai = EvmAddress.Parse("0x6b175474e89094c44da98b954eedeac495271d0f");
    public static readonly EvmAddress Usdc = EvmAddress.Parse("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");
    public static readonly EvmAddress Usdt = EvmAddress.Parse("0xdac17f958d2ee523a2206206994597c13d831ec7");
    public static readonly EvmAddress Mkr = EvmAddress.Parse("0x9f8F72aA9304c8B593d555F12eF6589cC3A579A2");
    public static readonly EvmAddress DaiWeth = EvmAddress.Parse("0xa478c2975ab1ea89e8196811f51a7b7ade33eb11");
    public static readonly EvmAddress UsdcWeth = EvmAddress.Parse("0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc");
    public static readonly EvmAddress WethUsdt = EvmAddress.Parse("0x0d4a11d5eeaac28ec3f61d100daf4d40471f1852");

    public static JsonElement NoSettings { get; } = JsonDocument.Parse("{}").RootElement;

    /// <summary>An ether costs 1804 dollars: 72,160,000 dollars lie against 40,000 ethers.</summary>
    public static Exchange Make(long block = 900) => new Exchange()
        .Token(Weth, 18, "WETH").Token(Dai, 18, "DAI").Token(Usdc, 6, "USDC").Token(Usdt, 6, "USDT")
        .Pair(DaiWeth, Dai, Weth).Pair(UsdcWeth, Usdc, Weth).Pair(WethUsdt, Weth, Usdt)
        .Reserves(block, DaiWeth, Of(9_000_000, 18), Of(5_000, 18))
        .Reserves(block, UsdcWeth, Of(36_100_000, 6), Of(20_000, 18))
        .Reserves(block, WethUsdt, Of(15_000, 18), Of(27_060_000, 6));

    public static BigInteger Of(long whole, int decimals) => whole * BigInteger.Pow(10, decimals);
}
