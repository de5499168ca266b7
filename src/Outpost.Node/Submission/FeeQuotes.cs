using System.Numerics;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>What gas costs now: fixed by configuration, or asked from the fee market and kept for a while.</summary>
internal sealed class FeeQuotes(LaneOptions options, CosmosClient cosmos, TimeProvider time)
{
    private static readonly decimal AttoPerUnit = 1_000_000_000_000_000_000m;

    private GasPrice? _price;
    private long _askedAt;

    /// <summary>The fee for a gas limit, and whether it stays under the user's cap.</summary>
    public async Task<(Fee Fee, bool IsUnderCap)> QuoteAsync(ulong gasLimit, CancellationToken cancellationToken)
    {
        var price = await PriceAsync(cancellationToken);
        var amount = price.FeeFor(gasLimit);
        return (new Fee(amount, gasLimit, options.FeeGranter), options.MaxFeeUallo is not { } cap || amount <= cap);
    }

    /// <summary>The price has moved: ask again before the next quote.</summary>
    public void Forget() => _price = null;

    private async Task<GasPrice> PriceAsync(CancellationToken cancellationToken)
    {
        if (options.GasPriceUallo is { } fixedPrice)
        {
            return new GasPrice(Atto(fixedPrice));
        }

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
        return (new BigInteger(whole) * new BigInteger(AttoPerUnit)) + new BigInteger((price - whole) * AttoPerUnit);
    }
}
