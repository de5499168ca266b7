using Outpost.Node.Snapshots;
using Outpost.Sdk;

namespace Outpost.Node.Reading;

/// <summary>An epoch of a series, or what some of its epochs come to.</summary>
/// <param name="Columns">What it is about, in the order in which it is written: numbers and texts.</param>
/// <param name="Numbers">The snapshots' numbers by field.</param>
internal sealed record SeriesPoint(
    IReadOnlyList<(string Name, object? Value)> Columns, IReadOnlyDictionary<string, BigDecimal> Numbers);

/// <summary>One page of points.</summary>
/// <param name="Problem">Why there is none; null: there is one.</param>
internal sealed record SeriesPoints(IReadOnlyList<SeriesPoint> All, bool HasMore, string? Problem = null)
{
    /// <summary>Epochs that are looked at one by one for a page; sums need none of that.</summary>
    public const int MostCompared = 10_000;

    // How many at a time, so that whoever writes does not wait long.
    private const int Stretch = 1000;

    // Digits behind the point of a mean.
    private const int Digits = 18;

    /// <summary>The page that a query asks for.</summary>
    public static SeriesPoints Of(
        SnapshotSeries series, string project, SeriesQuery query, SeriesRange range, EpochScale scale)
    {
        if (range.From > range.To)
        {
            return new SeriesPoints([], false);
        }

        var skip = (query.Page - 1) * query.Limit;
        if (query.Aggregate is not { } aggregate)
        {
            var entries = series.Entries(
                project, range.Before(range.From), range.Before(range.To + 1), skip, query.Limit + 1);
            return new SeriesPoints(
                [.. entries.Take(query.Limit).Select(entry => Of(entry, scale))], entries.Count > query.Limit);
        }

        var points = new List<SeriesPoint>();
        var step = query.Step ?? (range.To - range.From + 1);
        var count = ((range.To - range.From) / step) + 1;
        var compared = 0;
        for (long index = skip; index < count && points.Count < query.Limit; index++)
        {
            var from = range.From + (index * step);
            var to = Math.Min(range.To, from + step - 1);
            var (after, last) = (range.Before(from), range.Before(to + 1));
            var sum = series.Sum(project, after, last);
            compared += aggregate is SeriesAggregate.Min or SeriesAggregate.Max
                ? (int)Math.Min(sum.Count, MostCompared + 1) : 0;
            if (compared > MostCompared)
            {
                return new SeriesPoints(
                    [], false, $"min and max look at {MostCompared} epochs a page: ask for fewer points or steps");
            }

            points.Add(new SeriesPoint(
                [("from", from), ("to", to), ("epochs", sum.Count)],
                Aggregated(series, project, aggregate, after, last, sum)));
        }

        return new SeriesPoints(points, skip + points.Count < count);
    }

    private static SeriesPoint Of(SeriesEntry entry, EpochScale scale) => new(
        [
            ("epochId", scale.NumberOf(entry.Epoch)), ("begin", entry.Epoch.Begin), ("end", entry.Epoch.End),
            ("timestamp", entry.Timestamp), ("state", entry.State.ToString().ToLowerInvariant()),
            ("cid", entry.Cid), ("reason", entry.Reason),
        ],
        entry.Numbers);

    private static IReadOnlyDictionary<string, BigDecimal> Aggregated(
        SnapshotSeries series, string project, SeriesAggregate aggregate, long after, long last, SeriesSum sum)
    {
        if (sum.Count == 0)
        {
            return new Dictionary<string, BigDecimal>();
        }

        return aggregate switch
        {
            SeriesAggregate.Sum => sum.Numbers,
            SeriesAggregate.Avg => sum.Numbers.ToDictionary(
                one => one.Key, one => one.Value.DividedBy(sum.Count, Digits)),
            SeriesAggregate.Last => series.Newest(project, after, last) ?? sum.Numbers,
            SeriesAggregate.Min => Extreme(series, project, after, last, (one, best) => one < best),
            _ => Extreme(series, project, after, last, (one, best) => one > best),
        };
    }

    private static SortedDictionary<string, BigDecimal> Extreme(
        SnapshotSeries series, string project, long after, long last, Func<BigDecimal, BigDecimal, bool> isBetter)
    {
        var best = new SortedDictionary<string, BigDecimal>(StringComparer.Ordinal);
        while (series.Numbers(project, after, last, Stretch) is { Count: > 0 } some)
        {
            foreach (var (field, number) in some.SelectMany(one => one.Numbers))
            {
                best[field] = best.TryGetValue(field, out var known) && !isBetter(number, known) ? known : number;
            }

            after = some[^1].End;
        }

        return best;
    }
}
