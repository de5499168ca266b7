using System.Text.Json.Nodes;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>What aggregates ask of their members.</summary>
internal static class Members
{
    /// <summary>The one member of an aggregate on a single project.</summary>
    /// <exception cref="UniswapException">There are more or fewer.</exception>
    public static Member Single(this IAggregateContext context) => context.Members is [var one]
        ? one
        : throw new UniswapException($"This aggregate is made of one project, not of {context.Members.Count}.");

    /// <summary>A member's snapshot of 24 hours ago; null for a gap, and where the series begins later.</summary>
    public static async Task<(JsonObject? Snapshot, Epoch Epoch)> DayBeforeAsync(
        this IAggregateContext context, Member member) =>
        context.Back(member, TradedVolume.Epochs(context, days: 1)) is (var epoch, true)
            ? (await context.SnapshotAsync(member, epoch), epoch)
            : default;
}
