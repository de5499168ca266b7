using System.Text.Json.Nodes;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>The newest 75 swaps, mints and burns of one pair within the last seven days, the newest first.</summary>
public sealed class RecentTransactions : IAggregateProcessor
{
    /// <summary>As many as Pooler shows.</summary>
    private const int Most = 75;

    private const int Days = 7;

    private static readonly string[] Count = ["eventCount"];
    private static readonly string[] Kinds = ["Swap", "Mint", "Burn"];

    public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken)
    {
        var member = context.Single();
        if (SeriesKinds.KindOf(member) != SeriesKind.Trades)
        {
            throw new UniswapException($"{member.ProjectId} holds no transactions: name the series of trades.");
        }

        List<JsonNode> found = [];
        var isComplete = false;
        if (context.Back(member, TradedVolume.Epochs(context, Days) - 1) is var (first, isWhole))
        {
            var oldest = (context.Epoch.End - first.End) / context.Epoch.Size;
            var read = await FindAsync(context, member, oldest, found, cancellationToken);
            var (_, gaps) = await context.SumAsync(member, Count, EpochAt(context, read), context.Epoch);
            isComplete = gaps == 0 && (isWhole || found.Count >= Most);
        }

        return new JsonObject
        {
            ["epochId"] = context.EpochId,
            ["complete"] = isComplete,
            ["transactions"] = new JsonArray([.. found.Take(Most)]),
        };
    }

    /// <summary>
    /// Looks from the newest epoch to the oldest and leaves out in one step what holds nothing: a quiet week costs no
    /// more than a busy hour.
    /// </summary>
    /// <returns>How many epochs ago the last one was that was looked at.</returns>
    private static async Task<long> FindAsync(
        IAggregateContext context, Member member, long oldest, List<JsonNode> found,
        CancellationToken cancellationToken)
    {
        // Ranges of epochs ago, the newest on top; each half of a range goes back here.
        var ranges = new Stack<(long Newest, long Oldest)>([(0, oldest)]);
        var last = 0L;
        while (found.Count < Most && ranges.TryPop(out var range))
        {
            cancellationToken.ThrowIfCancellationRequested();
            last = range.Oldest;
            var (sums, _) = await context.SumAsync(
                member, Count, EpochAt(context, range.Oldest), EpochAt(context, range.Newest));
            if (sums[0].IsZero)
            {
                continue;
            }

            if (range.Newest == range.Oldest)
            {
                found.AddRange(Newest(await context.SnapshotAsync(member, EpochAt(context, range.Newest))));
                continue;
            }

            var middle = (range.Newest + range.Oldest) / 2;
            ranges.Push((middle + 1, range.Oldest));
            ranges.Push((range.Newest, middle));
        }

        return last;
    }

    private static Epoch EpochAt(IAggregateContext context, long epochsAgo)
    {
        var (epoch, blocks) = (context.Epoch, epochsAgo * context.Epoch.Size);
        return new Epoch(epoch.Begin - blocks, epoch.End - blocks);
    }

    private static IEnumerable<JsonNode> Newest(JsonObject? snapshot) =>
        Kinds.SelectMany(kind => snapshot?["events"]?[kind]?["logs"] as JsonArray ?? [])
            .OrderByDescending(log => log!["blockNumber"].ToBigDecimal())
            .ThenByDescending(log => log!["logIndex"].ToBigDecimal())
            .Select(log => log!.DeepClone());
}
