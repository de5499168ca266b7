using System.Globalization;

namespace Outpost.Devnet.Queries;

/// <summary>
/// The part of CometBFT's query language that clients use: conditions joined by AND, each an event attribute compared
/// with a quoted text or a number, or EXISTS or CONTAINS (libs/pubsub/query).
/// </summary>
internal sealed class EventQuery
{
    private const int MaxLength = 512;
    private readonly IReadOnlyList<Condition> _conditions;

    private EventQuery(string text, IReadOnlyList<Condition> conditions)
    {
        Text = text;
        _conditions = conditions;
        Kind = conditions.FirstOrDefault(condition => condition is { Key: "tm.event", Operator: "=" })?.Operand;
        IsKindOnly = Kind is not null && conditions.Count == 1;
    }

    public string Text { get; }

    /// <summary>The kind of event that the query asks for; null when it names none.</summary>
    public string? Kind { get; }

    /// <summary>Nothing but the kind is asked for.</summary>
    public bool IsKindOnly { get; }

    /// <summary>What is wrong with the text; null when it is a query.</summary>
    public static string? Parse(string text, out EventQuery? query)
    {
        query = null;
        if (text.Length is 0 or > MaxLength)
        {
            return text.Length == 0 ? "failed to parse query: empty query" : "maximum query length exceeded";
        }

        var conditions = new List<Condition>();
        var rest = text.AsSpan().Trim();
        while (true)
        {
            if (!Condition.TryRead(ref rest, out var condition))
            {
                return $"failed to parse query: unexpected text at \"{rest}\"";
            }

            conditions.Add(condition!);
            if (rest.IsEmpty)
            {
                query = new(text, conditions);
                return null;
            }

            if (!rest.StartsWith("AND", StringComparison.OrdinalIgnoreCase))
            {
                return $"failed to parse query: expected AND at \"{rest}\"";
            }

            rest = rest[3..].TrimStart();
        }
    }

    /// <summary>Each condition holds for at least one value of its attribute.</summary>
    public bool Matches(IReadOnlyDictionary<string, List<string>> tags)
    {
        foreach (var condition in _conditions)
        {
            if (!condition.Holds(tags))
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Condition(string Key, string Operator, string Operand, bool IsNumber)
    {
        private static readonly string[] Operators = ["<=", ">=", "=", "<", ">", "CONTAINS", "EXISTS"];

        public static bool TryRead(ref ReadOnlySpan<char> rest, out Condition? condition)
        {
            condition = null;
            var end = rest.IndexOfAny(" =<>");
            if (end <= 0)
            {
                return false;
            }

            var key = rest[..end].ToString();
            rest = rest[end..].TrimStart();
            var comparison = "";
            foreach (var candidate in Operators)
            {
                if (rest.StartsWith(candidate, StringComparison.OrdinalIgnoreCase))
                {
                    comparison = candidate;
                    break;
                }
            }

            rest = rest[comparison.Length..].TrimStart();
            if (comparison is "" or "EXISTS")
            {
                condition = new(key, comparison, "", IsNumber: false);
                return comparison.Length > 0;
            }

            return TryReadOperand(ref rest, key, comparison, out condition);
        }

        public bool Holds(IReadOnlyDictionary<string, List<string>> tags)
        {
            if (!tags.TryGetValue(Key, out var values))
            {
                return false;
            }

            foreach (var value in values)
            {
                if (Holds(value))
                {
                    return true;
                }
            }

            return false;
        }

        private static bool TryReadOperand(
            ref ReadOnlySpan<char> rest, string key, string comparison, out Condition? condition)
        {
            condition = null;
            int end;
            if (rest is ['\'', ..])
            {
                end = rest[1..].IndexOf('\'');
                if (end < 0)
                {
                    return false;
                }

                condition = new(key, comparison, rest.Slice(1, end).ToString(), IsNumber: false);
                rest = rest[(end + 2)..].TrimStart();
                return true;
            }

            end = rest.IndexOf(' ');
            var word = end < 0 ? rest : rest[..end];
            if (!decimal.TryParse(word, NumberStyles.Number, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }

            condition = new(key, comparison, word.ToString(), IsNumber: true);
            rest = end < 0 ? default : rest[end..].TrimStart();
            return true;
        }

        private bool Holds(string value)
        {
            switch (Operator)
            {
                case "EXISTS":
                    return true;
                case "CONTAINS":
                    return value.Contains(Operand, StringComparison.Ordinal);
                case "=" when !IsNumber:
                    return string.Equals(value, Operand, StringComparison.Ordinal);
            }

            if (!decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out var left))
            {
                return false;
            }

            var order = left.CompareTo(decimal.Parse(Operand, CultureInfo.InvariantCulture));
            return Operator switch
            {
                "=" => order == 0,
                "<" => order < 0,
                ">" => order > 0,
                "<=" => order <= 0,
                _ => order >= 0,
            };
        }
    }
}
