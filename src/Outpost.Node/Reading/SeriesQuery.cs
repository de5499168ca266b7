using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Outpost.Node.Reading;

/// <summary>In what a range of a series is given.</summary>
internal enum SeriesUnit
{
    /// <summary>Numbers of epochs.</summary>
    Epoch,

    /// <summary>Blocks of the source chain; an epoch counts by its last one.</summary>
    Block,

    /// <summary>Seconds since 1970; an epoch counts by its last block's time.</summary>
    Time,
}

/// <summary>What becomes of the epochs of one step.</summary>
internal enum SeriesAggregate
{
    Sum,
    Last,
    Avg,
    Min,
    Max,
}

/// <summary>How points are written.</summary>
internal enum SeriesFormat
{
    Json,
    Ndjson,
    Csv,
}

/// <summary>What somebody wants to know of a series.</summary>
internal sealed record SeriesQuery
{
    /// <summary>Points on a page.</summary>
    public const int MostPoints = 1000;

    private const int UsualPoints = 100;
    private const int MostFields = 100;
    private const int MostPages = 1_000_000;
    private const long Largest = 1_000_000_000_000_000;

    private static readonly string[] Names =
        ["from", "to", "unit", "step", "fields", "aggregate", "page", "limit", "format"];

    public SeriesUnit Unit { get; private init; }

    /// <summary>The first that is wanted; null: some before the last.</summary>
    public long? From { get; private init; }

    /// <summary>The last that is wanted; null: the newest.</summary>
    public long? To { get; private init; }

    /// <summary>How much of the unit is one point; null: the whole range, or with no aggregate an epoch each.</summary>
    public long? Step { get; private init; }

    /// <summary>Null: the epochs as they are.</summary>
    public SeriesAggregate? Aggregate { get; private init; }

    /// <summary>Which numbers; none: all of them.</summary>
    public IReadOnlyList<string> Fields { get; private init; } = [];

    public SeriesFormat Format { get; private init; }

    /// <summary>From 1.</summary>
    public int Page { get; private init; } = 1;

    /// <summary>Points on a page.</summary>
    public int Limit { get; private init; } = UsualPoints;

    /// <summary>Reads a URL's query; null, and what is wrong with it, when it cannot be read.</summary>
    public static SeriesQuery? Read(IQueryCollection query, out string problem)
    {
        var problems = query.Keys.Except(Names).Order(StringComparer.Ordinal)
            .Select(name => $"there is no {name}: write one of {string.Join(", ", Names)}").ToList();
        var step = Whole(query, "step", 1, Largest, problems);
        var read = new SeriesQuery
        {
            Unit = OneOf<SeriesUnit>(query, "unit", problems) ?? default,
            From = Whole(query, "from", 0, Largest, problems),
            To = Whole(query, "to", 0, Largest, problems),
            Step = step,
            Aggregate = OneOf<SeriesAggregate>(query, "aggregate", problems)
                ?? (step is null ? null : SeriesAggregate.Sum),
            Fields = [.. Text(query, "fields")?.Split(',').Distinct(StringComparer.Ordinal) ?? []],
            Format = OneOf<SeriesFormat>(query, "format", problems) ?? default,
            Page = (int)(Whole(query, "page", 1, MostPages, problems) ?? 1),
            Limit = (int)(Whole(query, "limit", 1, MostPoints, problems) ?? UsualPoints),
        };
        if (read.From > read.To)
        {
            problems.Add("from is after to");
        }

        if (read.Fields.Count > MostFields)
        {
            problems.Add($"fields: at most {MostFields}");
        }

        problem = string.Join("; ", problems);
        return problems.Count == 0 ? read : null;
    }

    private static string? Text(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var values) ? values[^1] : null;

    private static long? Whole(IQueryCollection query, string name, long least, long most, List<string> problems)
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        problems.Add($"{name}: a whole number from {least} to {most}");
        return null;
    }

    private static T? OneOf<T>(IQueryCollection query, string name, List<string> problems)
        where T : struct, Enum
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        problems.Add($"{name}: one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
        return null;
    }
}
