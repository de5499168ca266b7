using System.Text.Json.Nodes;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap.Pairs;

namespace Outpost.Uniswap.Aggregates;

/// <summary>All pairs by what was traded over the last seven days.</summary>
public sealed class TopPairs7d : IAggregateProcessor
{
    public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken)
    {
        var metadata = new Metadata(context.MetadataAsync);
        var rows = await Task.WhenAll(PairSeries.Of(context).Select(pair => RowAsync(context, metadata, pair)));
        cancellationToken.ThrowIfCancellationRequested();
        var sorted = rows.OrderByDescending(row => row.Volume.Trade).ThenBy(row => row.Pair);
        return new JsonObject
        {
            ["epochId"] = context.EpochId,
            ["complete"] = rows.All(row => row.Volume.IsComplete),
            ["pairs"] = new JsonArray([.. sorted.Select(row => new JsonObject
            {
                ["name"] = row.Name,
                ["address"] = row.Pair.Hex,
                ["volume7d"] = row.Volume.Trade.ToJson(),
                ["fee7d"] = row.Volume.Fee.ToJson(),
            })]),
        };
    }

    private static async Task<(EvmAddress Pair, string Name, TradedVolume Volume)> RowAsync(
        IAggregateContext context, Metadata metadata, PairSeries pair)
    {
        var name = metadata.PairNameAsync(pair.Pair);
        var volume = TradedVolume.OverAsync(
            context, pair.Find(SeriesKind.Trades, SeriesKind.Week, SeriesKind.Day), days: 7);
        return (pair.Pair, await name, await volume);
    }
}
