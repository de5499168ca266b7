using Outpost.Sdk.Evm;

namespace Outpost.Uniswap.Pairs;

/// <summary>What is read of UniswapV2Pair, UniswapV2Factory and ERC-20 tokens.</summary>
internal static class Contracts
{
    public static AbiFunction GetReserves { get; } = AbiFunction.Parse("getReserves()(uint112, uint112, uint32)");

    public static AbiFunction Token0 { get; } = AbiFunction.Parse("token0()(address)");

    public static AbiFunction Token1 { get; } = AbiFunction.Parse("token1()(address)");

    public static AbiFunction GetPair { get; } = AbiFunction.Parse("getPair(address, address)(address)");

    public static AbiFunction Name { get; } = AbiFunction.Parse("name()(string)");

    public static AbiFunction Symbol { get; } = AbiFunction.Parse("symbol()(string)");

    public static AbiFunction Decimals { get; } = AbiFunction.Parse("decimals()(uint8)");

    /// <summary>Emitted whenever the reserves change, with what they are then.</summary>
    public static AbiEvent Sync { get; } = AbiEvent.Parse("Sync(uint112 reserve0, uint112 reserve1)");

    public static AbiEvent Swap { get; } = AbiEvent.Parse(
        "Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, "
        + "address indexed to)");

    public static AbiEvent Mint { get; } = AbiEvent.Parse(
        "Mint(address indexed sender, uint256 amount0, uint256 amount1)");

    public static AbiEvent Burn { get; } = AbiEvent.Parse(
        "Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)");

    /// <summary>The topics of the events that a <see cref="PairTrade"/> is made of.</summary>
    public static IReadOnlyList<Hash32> Trades { get; } = [Swap.Topic, Mint.Topic, Burn.Topic];
}
