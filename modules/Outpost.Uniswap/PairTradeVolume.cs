using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap.Pairs;
using Outpost.Uniswap.Prices;
using Outpost.Uniswap.Trades;

namespace Outpost.Uniswap;

/// <summary>
/// What was traded with a Uniswap v2 pair in an epoch, with every Swap, Mint and Burn; the fields are those of
/// Powerloom's snapshot of this name, and eventCount (docs/uniswap.md).
/// </summary>
public sealed class PairTradeVolume(JsonElement settings) : ISnapshotProcessor
{
    private readonly UniswapSettings _settings = UniswapSettings.Read(settings);
    private readonly Foresight _foresight = new();

    public async Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken)
    {
        var asked = context.LogsAsync(context.Contract, Contracts.Trades);
        var pair = await PairEpoch.ReadAsync(context, _settings, _foresight);
        var logs = await asked;
        cancellationToken.ThrowIfCancellationRequested();

        TradeSum swaps = new(pair), mints = new(pair), burns = new(pair);
        JsonArray swapLogs = [], mintLogs = [], burnLogs = [];
        foreach (var log in logs)
        {
            var trade = ValuedTrade.Of(log, pair, _settings.IsFirstFee);
            var (sum, list) = trade.Trade.Kind switch
            {
                TradeKind.Swap => (swaps, swapLogs),
                TradeKind.Mint => (mints, mintLogs),
                _ => (burns, burnLogs),
            };
            sum.Add(trade);
            list.Add((JsonNode)TradeJson.Of(log, trade, pair));
        }

        var snapshot = pair.Snapshot();
        var totals = swaps.ToJson();
        snapshot["totalTrade"] = totals["totalTradesUSD"]!.DeepClone();
        snapshot["totalFee"] = totals["totalFeeUSD"]!.DeepClone();
        foreach (var field in TradeSum.Volumes)
        {
            snapshot[field] = totals[field]!.DeepClone();
        }

        snapshot["eventCount"] = logs.Count;
        snapshot["events"] = new JsonObject
        {
            ["Swap"] = new JsonObject { ["logs"] = swapLogs, ["trades"] = totals.DeepClone() },
            ["Mint"] = new JsonObject { ["logs"] = mintLogs, ["trades"] = mints.ToJson() },
            ["Burn"] = new JsonObject { ["logs"] = burnLogs, ["trades"] = burns.ToJson() },
            ["Trades"] = totals,
        };
        return snapshot;
    }
}
