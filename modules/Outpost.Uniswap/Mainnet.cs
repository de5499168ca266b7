using Outpost.Sdk.Evm;

namespace Outpost.Uniswap;

/// <summary>Ethereum's addresses that prices are worked out with, as Powerloom's Pooler has them.</summary>
internal static class Mainnet
{
    public const long ChainId = 1;

    /// <summary>DAI-WETH, USDC-WETH, WETH-USDT.</summary>
    public static IReadOnlyList<EvmAddress> EthPairs { get; } = Addresses(
        "a478c2975ab1ea89e8196811f51a7b7ade33eb11",
        "b4e16d0168e52d35cacd2c6185b44281ec28c9dc",
        "0d4a11d5eeaac28ec3f61d100daf4d40471f1852");

    /// <summary>In the order in which they are tried.</summary>
    public static IReadOnlyList<EvmAddress> Whitelist { get; } = Addresses(
        "c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", // WETH
        "6b175474e89094c44da98b954eedeac495271d0f", // DAI
        "a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", // USDC
        "dac17f958d2ee523a2206206994597c13d831ec7", // USDT
        "0000000000085d4780b73119b644ae5ecd22b376", // TUSD
        "5d3a536e4d6dbd6114cc1ead35777bab948e3643", // cDAI
        "39aa39c021dfbae8fac545936693ac917d5e7563", // cUSDC
        "57ab1ec28d129707052df4df418d58a2d46d5f51", // sUSD
        "9f8f72aa9304c8b593d555f12ef6589cc3a579a2", // MKR
        "c00e94cb662c3520282e6f5717214004a7f26888", // COMP
        "514910771af9ca656af840dff83e8264ecf986ca", // LINK
        "960b236a07cf122663c4303350609a66a7b288c0", // ANT
        "c011a73ee8576fb46f5e1c5751ca3b9fe0af2a6f", // SNX
        "0bc529c00c6401aef6d220be8c6ea1667f6ad93e", // YFI
        "df5e0e81dff6faf3a7e52ba697820c5e32d806a8", // yCRV
        "853d955acef822db058eb8505911ed77f175b99e", // FRAX
        "a47c8bf37f92abed4a126bda807a7b7498661acd", // UST
        "1f9840a85d5af5bf1d1762f925bdaddc4201f984", // UNI
        "2260fac5e5542a773aa44fbcfedf7c193bc2c599", // WBTC
        "956f47f50a910163d8bf957cf5846d573e7f87ca"); // FEI

    private static EvmAddress[] Addresses(params IEnumerable<string> digits) =>
        [.. digits.Select(one => EvmAddress.Parse("0x" + one))];
}
