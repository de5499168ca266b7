using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap.Pairs;

namespace Outpost.Uniswap.Aggregates;

/// <summary>All tokens by what lies of them in the pairs, with their prices and trades of the last 24 hours.</summary>
public sealed class TopTokens24h : IAggregateProcessor
{
    public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken)
    {
        var metadata = new Metadata(context.MetadataAsync);
        var pairs = await Task.WhenAll(PairSeries.Of(context).Select(pair => SidesAsync(context, metadata, pair)));
        cancellationToken.ThrowIfCancellationRequested();
        // Groups keep the order of the members, so that which pair tells the price is no matter of chance.
        var tokens = pairs.SelectMany(pair => pair.Sides).GroupBy(side => side.Token).Select(Whole)
            .OrderByDescending(token => token.Liquidity).ThenBy(token => token.Token);
        return new JsonObject
        {
            ["epochId"] = context.EpochId,
            ["complete"] = pairs.All(pair => pair.IsComplete),
            ["tokens"] = new JsonArray(await Task.WhenAll(tokens.Select(token => RowAsync(metadata, token)))),
        };
    }

    /// <summary>All that the pairs say of one token.</summary>
    private static Side Whole(IGrouping<EvmAddress, Side> sides) => sides.First() with
    {
        PriceBefore = sides.Select(side => side.PriceBefore).FirstOrDefault(price => !price.IsZero),
        Liquidity = sides.Aggregate(default(BigDecimal), (sum, side) => sum + side.Liquidity),
        Volume = sides.Aggregate(default(BigDecimal), (sum, side) => sum + side.Volume),
    };

    private static async Task<JsonNode> RowAsync(Metadata metadata, Side token)
    {
        var (name, symbol) = (metadata.NameAsync(token.Token), metadata.SymbolAsync(token.Token));
        var decimals = metadata.DecimalsAsync(token.Token);
        return new JsonObject
        {
            ["name"] = await name,
            ["symbol"] = await symbol,
            ["decimals"] = await decimals,
            ["address"] = token.Token.Hex,
            ["price"] = token.Price.ToJson(),
            ["priceChange24h"] = token.Price.ChangeFrom(token.PriceBefore).ToJson(),
            ["volume24h"] = token.Volume.ToJson(),
            ["liquidity"] = token.Liquidity.ToJson(),
        };
    }

    private static async Task<(Side[] Sides, bool IsComplete)> SidesAsync(
        IAggregateContext context, Metadata metadata, PairSeries series)
    {
        var member = series.Find(SeriesKind.Reserves);
        var (asking, trading) = (
            metadata.PairAsync(series.Pair),
            TradedVolume.OverAsync(context, series.Find(SeriesKind.Trades, SeriesKind.Day), days: 1));
        var reserves = await context.SnapshotAsync(member, context.Epoch);
        var (before, epochBefore) = await context.DayBeforeAsync(member);
        var (pair, volume) = (await asking, await trading);
        if (reserves is null)
        {
            return ([], false);
        }

        return (
            [Of(pair.Token0, "token0", volume.Dollars0), Of(pair.Token1, "token1", volume.Dollars1)],
            volume.IsComplete && before is not null);

        Side Of(EvmAddress token, string side, BigDecimal traded) => new(
            token, reserves.AtEnd(side + "Prices", context.Epoch),
            before?.AtEnd(side + "Prices", epochBefore) ?? default,
            reserves.AtEnd(side + "ReservesUSD", context.Epoch), traded);
    }

    /// <summary>A token as one pair has it, or all of them.</summary>
    private sealed record Side(
        EvmAddress Token, BigDecimal Price, BigDecimal PriceBefore, BigDecimal Liquidity, BigDecimal Volume);
}
