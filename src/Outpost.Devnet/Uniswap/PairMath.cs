using System.Numerics;

namespace Outpost.Devnet.Uniswap;

/// <summary>The arithmetic of Uniswap v2's pair and library contracts; every division rounds down.</summary>
internal static class PairMath
{
    /// <summary>Liquidity that the first deposit locks for ever.</summary>
    public const int MinimumLiquidity = 1_000;

    /// <summary>Reserves are kept in this many bits.</summary>
    public static UInt128 MostReserve { get; } = (UInt128.One << 112) - 1;

    /// <summary>What a swap gives after the fee of 0.3 % on what it takes.</summary>
    public static UInt128 AmountOut(UInt128 amountIn, UInt128 reserveIn, UInt128 reserveOut)
    {
        var paid = (BigInteger)amountIn * 997;
        return (UInt128)(paid * (BigInteger)reserveOut / (((BigInteger)reserveIn * 1_000) + paid));
    }

    /// <summary>amount × part / whole.</summary>
    public static UInt128 Share(UInt128 amount, UInt128 part, UInt128 whole) =>
        (UInt128)((BigInteger)amount * (BigInteger)part / (BigInteger)whole);

    /// <summary>The largest number whose square is no more than the product.</summary>
    public static UInt128 RootOfProduct(UInt128 left, UInt128 right)
    {
        var product = (BigInteger)left * (BigInteger)right;
        if (product.IsZero)
        {
            return 0;
        }

        // Newton's steps come down to the root from any number above it.
        var root = BigInteger.One << (int)((product.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (product / root)) >> 1;
            if (next >= root)
            {
                return (UInt128)root;
            }

            root = next;
        }
    }
}
