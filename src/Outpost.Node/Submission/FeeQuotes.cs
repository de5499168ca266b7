using System.Numerics;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>
/// What a transaction pays. Cosmos knows no replacement by a higher fee: what a mempool took first stays. So the fee is
/// chosen when it is signed, with a headroom over the market that grows as the window shrinks:
/// <code>fee = ceil(gas × price × (1 + gone/window + refusals/8)), at most the cap</code>
/// where gone are the blocks of the window that have passed, and refusals says how often the fee of this answer was
/// refused as too low (the fee market moves by at most an eighth a block). In the first block that is the market's
/// price, in the last almost twice that. A price fixed by configuration is paid as it is.
/// </summary>
internal sealed class FeeQuotes(LaneOptions options, CosmosClient cosmos, TimeProvider time)
{
    private const int RefusalsPerDoubling = 8;
    private static readonly BigInteger One = BigInteger.Pow(10, 18);

    private GasPrice? _price;
    private long _askedAt;

    /// <summary>
    /// The fee for a gas limit, and whether the market's own price stays under the user's cap; headroom above the cap
    /// is left out.
    /// </summary>
    public async Task<(BigInteger Uallo, bool IsUnderCap)> QuoteAsync(
        ulong gasLimit, WindowPlace place, CancellationToken cancellationToken)
    {
        if (options.GasPriceUallo is { } fixedPrice)
        {
            return UnderCap(new GasPrice(Atto(fixedPrice)).FeeFor(gasLimit), null);
        }

        var price = await PriceAsync(cancellationToken);
        return UnderCap(price.FeeFor(gasLimit), WithHeadroom(price, gasLimit, place));
    }

    /// <summary>The price has moved: ask again before the next quote.</summary>
    public void Forget() => _price = null;

    /// <summary>The formula, in whole numbers: rounded once, upwards.</summary>
    internal static BigInteger WithHeadroom(GasPrice price, ulong gasLimit, WindowPlace place)
    {
        var window = Math.Max(1, place.WindowBlocks);
        var gone = Math.Clamp(place.GoneBlocks, 0, window);
        var parts = (RefusalsPerDoubling * (window + gone)) + (place.FeeRefusals * window);
        var whole = RefusalsPerDoubling * window * One;
        return ((price.AttoPerGas * gasLimit * parts) + whole - 1) / whole;
    }

    private (BigInteger, bool) UnderCap(BigInteger market, BigInteger? wished) => options.MaxFeeUallo is not { } cap
        ? (wished ?? market, true)
        : (BigInteger.Min(cap, wished ?? market), market <= cap);

    private async Task<GasPrice> PriceAsync(CancellationToken cancellationToken)
    {
        if (_price is not { } known || time.GetElapsedTime(_askedAt) > options.GasPriceMaxAge)
        {
            known = await cosmos.GasPriceAsync(cancellationToken);
            _price = known;
            _askedAt = time.GetTimestamp();
        }

        return known;
    }

    /// <summary>Whole and fractional part apart, so that a large price does not overflow the decimal.</summary>
    private static BigInteger Atto(decimal price)
    {
        var whole = decimal.Truncate(price);
        return (new BigInteger(whole) * One) + new BigInteger((price - whole) * (decimal)One);
    }
}

/// <summary>Where in its window an answer is signed.</summary>
/// <param name="GoneBlocks">Blocks of the window that have passed.</param>
/// <param name="FeeRefusals">How often this answer's fee was refused as too low.</param>
internal readonly record struct WindowPlace(long WindowBlocks, long GoneBlocks, int FeeRefusals);
