using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>What all pairs come to over the last 24 hours, and how that changed from the 24 hours before.</summary>
public sealed class Stats24h : IAggregateProcessor
{
    public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken)
    {
        var pairs = await Task.WhenAll(PairSeries.Of(context).Select(pair => ReadAsync(context, pair)));
        cancellationToken.ThrowIfCancellationRequested();
        BigDecimal Sum(Func<PairStats, BigDecimal> part) =>
            pairs.Aggregate(default(BigDecimal), (sum, pair) => sum + part(pair));

        var (volume, fee, tvl) = (Sum(one => one.Now.Trade), Sum(one => one.Now.Fee), Sum(one => one.Tvl));
        return new JsonObject
        {
            ["epochId"] = context.EpochId,
            ["volume24h"] = volume.ToJson(),
            ["tvl"] = tvl.ToJson(),
            ["fee24h"] = fee.ToJson(),
            ["volumeChange24h"] = volume.ChangeFrom(Sum(one => one.Before.Trade)).ToJson(),
            ["tvlChange24h"] = tvl.ChangeFrom(Sum(one => one.TvlBefore)).ToJson(),
            ["feeChange24h"] = fee.ChangeFrom(Sum(one => one.Before.Fee)).ToJson(),
            ["complete"] = pairs.All(one => one.IsComplete),
        };
    }

    private static async Task<PairStats> ReadAsync(IAggregateContext context, PairSeries pair)
    {
        var (trades, reserves) = (pair.Find(SeriesKind.Trades, SeriesKind.Day), pair.Find(SeriesKind.Reserves));
        var now = TradedVolume.OverAsync(context, trades, days: 1);
        var before = TradedVolume.OverAsync(context, trades, days: 1, daysAgo: 1);
        var held = await context.SnapshotAsync(reserves, context.Epoch);
        var (heldBefore, epochBefore) = await context.DayBeforeAsync(reserves);
        return new PairStats(
            await now, await before, held?.Liquidity(context.Epoch) ?? default,
            heldBefore?.Liquidity(epochBefore) ?? default, held is not null && heldBefore is not null);
    }

    private sealed record PairStats(
        TradedVolume Now, TradedVolume Before, BigDecimal Tvl, BigDecimal TvlBefore, bool HasReserves)
    {
        public bool IsComplete => HasReserves && Now.IsComplete && Before.IsComplete;
    }
}
