using System.Numerics;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Uniswap.Pairs;

namespace Outpost.Uniswap.Trades;

/// <summary>
/// One Swap, Mint or Burn, and what it was worth after its block, in dollars of <see cref="Digits.Carried"/> digits.
/// </summary>
/// <param name="Block">The place of its block in the epoch.</param>
/// <param name="Dollars0">What moved of token0.</param>
/// <param name="Dollars">The whole trade: the larger side of a Swap, both sides of a Mint or Burn.</param>
/// <param name="FeeOf">What the fee is a share of; 0 where none is taken.</param>
internal readonly record struct ValuedTrade(
    PairTrade Trade, int Block, BigInteger Dollars0, BigInteger Dollars1, BigInteger Dollars, BigInteger FeeOf)
{
    /// <summary>Carried dollars as they are told.</summary>
    public static BigDecimal Told(BigInteger dollars) =>
        BigDecimal.OfUnits(dollars, Digits.Carried).Round(Digits.Dollars);

    /// <param name="isFirstFee">See <see cref="UniswapSettings.IsFirstFee"/>.</param>
    public static ValuedTrade Of(EvmLog log, PairEpoch pair, bool isFirstFee)
    {
        var trade = PairLog.Trade(log);
        var block = (int)(log.BlockNumber - pair.Epoch.Begin);
        var dollars0 = pair.Side0.Dollars(trade.Amount0, block).ToUnits(Digits.Carried);
        var dollars1 = pair.Side1.Dollars(trade.Amount1, block).ToUnits(Digits.Carried);
        if (trade.Kind != TradeKind.Swap)
        {
            return new ValuedTrade(trade, block, dollars0, dollars1, dollars0 + dollars1, default);
        }

        var larger = BigInteger.Max(dollars0, dollars1);
        var second = dollars1.IsZero ? dollars0 : dollars1;
        return new ValuedTrade(trade, block, dollars0, dollars1, larger, isFirstFee ? second : larger);
    }
}
