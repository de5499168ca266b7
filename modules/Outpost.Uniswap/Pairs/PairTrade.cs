using System.Numerics;
using Outpost.Sdk.Evm;

namespace Outpost.Uniswap.Pairs;

/// <summary>What was done with a pair.</summary>
internal enum TradeKind
{
    Burn,
    Mint,
    Swap,
}

/// <summary>One Swap, Mint or Burn: what went into the pair and what came out of it, as the tokens count.</summary>
/// <param name="To">Null for a Mint, which names nobody.</param>
internal readonly record struct PairTrade(
    TradeKind Kind, EvmAddress Sender, EvmAddress? To, BigInteger In0, BigInteger In1, BigInteger Out0, BigInteger Out1)
{
    /// <summary>How much of token0 moved: a flash swap's loan and its return cancel each other.</summary>
    public BigInteger Amount0 => BigInteger.Abs(Out0 - In0);

    /// <summary>How much of token1 moved.</summary>
    public BigInteger Amount1 => BigInteger.Abs(Out1 - In1);
}
