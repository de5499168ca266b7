using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>What was traded with a pair over some days.</summary>
/// <param name="Sums">In the order of <see cref="Fields"/>.</param>
/// <param name="IsComplete">False when an epoch of these days is missing, or the series begins later.</param>
internal sealed record TradedVolume(IReadOnlyList<BigDecimal> Sums, bool IsComplete)
{
    private static readonly TradedVolume Nothing = new(new BigDecimal[Fields.Count], false);

    /// <summary>Those that a snapshot of trades and an aggregate of them have in common.</summary>
    public static IReadOnlyList<string> Fields =>
    [
        "totalTrade", "totalFee", "token0TradeVolume", "token1TradeVolume", "token0TradeVolumeUSD",
        "token1TradeVolumeUSD",
    ];

    public BigDecimal Trade => Sums[0];

    public BigDecimal Fee => Sums[1];

    public BigDecimal Dollars0 => Sums[4];

    public BigDecimal Dollars1 => Sums[5];

    /// <summary>The days that end with the epoch, or so many days before it.</summary>
    /// <param name="member">A series of trades, or of their days, or for seven days of their weeks.</param>
    public static async Task<TradedVolume> OverAsync(
        IAggregateContext context, Member member, int days, int daysAgo = 0)
    {
        switch (SeriesKinds.KindOf(member))
        {
            case SeriesKind.Trades:
                return await SumAsync(context, member, days, daysAgo);
            case SeriesKind.Week when days == 7:
                return await ReadAsync(context, member, Epochs(context, daysAgo));
            case SeriesKind.Day:
                var each = await Task.WhenAll(Enumerable.Range(daysAgo, days)
                    .Select(day => ReadAsync(context, member, Epochs(context, day))));
                return each.Aggregate((sum, day) => new TradedVolume(
                    [.. sum.Sums.Zip(day.Sums, (one, other) => one + other)], sum.IsComplete && day.IsComplete));
            default:
                throw new UniswapException($"{member.ProjectId} cannot say what was traded over {days} days.");
        }
    }

    /// <summary>How many epochs so many days have.</summary>
    public static long Epochs(IAggregateContext context, int days) => context.EpochsIn(TimeSpan.FromDays(days));

    /// <summary>As a snapshot of its own.</summary>
    public JsonObject ToJson(IAggregateContext context)
    {
        var snapshot = new JsonObject { ["epochId"] = context.EpochId };
        foreach (var (field, sum) in Fields.Zip(Sums))
        {
            snapshot[field] = sum.ToJson();
        }

        snapshot["complete"] = IsComplete;
        return snapshot;
    }

    private static async Task<TradedVolume> SumAsync(IAggregateContext context, Member member, int days, int daysAgo)
    {
        // Exactly so many epochs, the last one included.
        var newest = Epochs(context, daysAgo);
        if (context.Back(member, newest) is not (var last, true)
            || context.Back(member, Math.Max(newest, Epochs(context, daysAgo + days) - 1)) is not var (first, isWhole))
        {
            return Nothing;
        }

        var (sums, gaps) = await context.SumAsync(member, Fields, first, last);
        return new TradedVolume(sums, isWhole && gaps == 0);
    }

    private static async Task<TradedVolume> ReadAsync(IAggregateContext context, Member member, long epochsAgo)
    {
        if (context.Back(member, epochsAgo) is not (var epoch, true)
            || await context.SnapshotAsync(member, epoch) is not { } snapshot)
        {
            return Nothing;
        }

        return new TradedVolume(
            [.. Fields.Select(field => snapshot[field].ToBigDecimal())], (bool?)snapshot["complete"] ?? false);
    }
}
