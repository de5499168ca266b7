using Outpost.Sdk.Evm;
using Outpost.Uniswap.Pairs;
using Outpost.Uniswap.Prices;

namespace Outpost.Uniswap.Trades;

/// <summary>One Swap, Mint or Burn, and what it was worth after its block.</summary>
/// <param name="Block">The place of its block in the epoch.</param>
/// <param name="Dollars0">What moved of token0, in dollars.</param>
/// <param name="Dollars">The whole trade in dollars: the larger side of a Swap, both sides of a Mint or Burn.</param>
/// <param name="FeeOf">The dollars that the fee is a share of; 0 where none is taken.</param>
internal readonly record struct ValuedTrade(
    PairTrade Trade, int Block, Fraction Dollars0, Fraction Dollars1, Fraction Dollars, Fraction FeeOf)
{
    /// <param name="isFirstFee">See <see cref="UniswapSettings.IsFirstFee"/>.</param>
    public static ValuedTrade Of(EvmLog log, PairEpoch pair, bool isFirstFee)
    {
        var trade = PairLog.Trade(log);
        var block = (int)(log.BlockNumber - pair.Epoch.Begin);
        var dollars0 = pair.Side0.Dollars(trade.Amount0, block);
        var dollars1 = pair.Side1.Dollars(trade.Amount1, block);
        if (trade.Kind != TradeKind.Swap)
        {
            return new ValuedTrade(trade, block, dollars0, dollars1, dollars0 + dollars1, default);
        }

        var larger = Fraction.Max(dollars0, dollars1);
        var second = dollars1.IsZero ? dollars0 : dollars1;
        return new ValuedTrade(trade, block, dollars0, dollars1, larger, isFirstFee ? second : larger);
    }
}
