using System.Text.Json.Nodes;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>What was traded with one pair over the last 24 hours.</summary>
public sealed class TradeVolume24h : IAggregateProcessor
{
    public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken) =>
        (await TradedVolume.OverAsync(context, context.Single(), days: 1)).ToJson(context);
}
