using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap.Pairs;

namespace Outpost.Uniswap.Aggregates;

/// <summary>All pairs by what lies in them, with what was traded over the last 24 hours.</summary>
public sealed class TopPairs24h : IAggregateProcessor
{
    public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken)
    {
        var metadata = new Metadata(context.MetadataAsync);
        var rows = await Task.WhenAll(PairSeries.Of(context).Select(pair => RowAsync(context, metadata, pair)));
        cancellationToken.ThrowIfCancellationRequested();
        var known = rows.Where(row => row.Liquidity is not null)
            .OrderByDescending(row => row.Liquidity!.Value).ThenBy(row => row.Pair);
        return new JsonObject
        {
            ["epochId"] = context.EpochId,
            ["complete"] = rows.All(row => row.Liquidity is not null && row.Volume.IsComplete),
            ["pairs"] = new JsonArray([.. known.Select(row => new JsonObject
            {
                ["name"] = row.Name,
                ["address"] = row.Pair.Hex,
                ["liquidity"] = row.Liquidity!.Value.ToJson(),
                ["volume24h"] = row.Volume.Trade.ToJson(),
                ["fee24h"] = row.Volume.Fee.ToJson(),
            })]),
        };
    }

    private static async Task<(EvmAddress Pair, string Name, BigDecimal? Liquidity, TradedVolume Volume)> RowAsync(
        IAggregateContext context, Metadata metadata, PairSeries pair)
    {
        var name = metadata.PairNameAsync(pair.Pair);
        var volume = TradedVolume.OverAsync(context, pair.Find(SeriesKind.Trades, SeriesKind.Day), days: 1);
        var reserves = await context.SnapshotAsync(pair.Find(SeriesKind.Reserves), context.Epoch);
        return (pair.Pair, await name, reserves?.Liquidity(context.Epoch), await volume);
    }
}
