using System.Text.Json.Nodes;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>What was traded with one pair over the last seven days: of its trades, or of aggregates of a day.</summary>
public sealed class TradeVolume7d : IAggregateProcessor
{
    public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken) =>
        (await TradedVolume.OverAsync(context, context.Single(), days: 7)).ToJson(context);
}
