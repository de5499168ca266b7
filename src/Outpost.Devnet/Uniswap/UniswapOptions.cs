namespace Outpost.Devnet.Uniswap;

/// <summary>How much Uniswap v2 there is on an EVM devnet.</summary>
public sealed record UniswapOptions
{
    /// <summary>At least the three that price ETH.</summary>
    public int Pairs { get; init; } = 20;

    /// <summary>At least four: WETH, DAI, USDC and USDT; null: about one for two pairs.</summary>
    public int? Tokens { get; init; }

    /// <summary>Transactions in a block on average; a block has up to twice as many. 0: nobody trades.</summary>
    public int TradesPerBlock { get; init; } = 10;
}
