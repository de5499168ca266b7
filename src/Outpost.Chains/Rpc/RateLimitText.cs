using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Outpost.Chains.Rpc;

/// <summary>One clause of a rate limit: no more than an amount in a period.</summary>
/// <param name="Amount">How many requests; at least one.</param>
/// <param name="Multiple">How many of the unit make the period; at least one.</param>
/// <param name="Unit">second, minute, hour, day, month (30 days) or year (12 months of 30 days).</param>
public sealed record RateClause(long Amount, int Multiple, string Unit)
{
    /// <summary>The length of the period.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>As the python package limits prints it, which users of such limits know: 40 per 1 second.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Amount} per {Multiple} {Unit}");
}

/// <summary>
/// A rate limit as text: clauses like 300/minute or 5 per 2 seconds, separated by semicolons (also commas and bars).
/// All of them hold at once. The grammar is that of the python package limits.
/// </summary>
public sealed partial class RateLimitText
{
    // A clause costs a counter for each caller.
    private const int MaxClauses = 16;
    private const int MaxCharacters = 1_000;
    private const int MaxDigits = 9;
    private const int MaxYears = 100;

    private static readonly TimeSpan Year = TimeSpan.FromDays(360);

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("second", TimeSpan.FromSeconds(1)),
        ("minute", TimeSpan.FromMinutes(1)),
        ("hour", TimeSpan.FromHours(1)),
        ("day", TimeSpan.FromDays(1)),
        ("month", TimeSpan.FromDays(30)),
        ("year", Year),
    ];

    private RateLimitText(string text, IReadOnlyList<RateClause> clauses) => (Text, Clauses) = (text, clauses);

    /// <summary>In the order of the text; at least one.</summary>
    public IReadOnlyList<RateClause> Clauses { get; }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Reads a limit.</summary>
    /// <param name="problem">What is wrong and what to write instead; null when nothing is.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out RateLimitText? limit, [NotNullWhen(false)] out string? problem)
    {
        (limit, problem) = (null, null);
        if (text.Length > MaxCharacters)
        {
            problem = $"a rate limit is no longer than {MaxCharacters} characters";
            return false;
        }

        var clauses = new List<RateClause>();
        foreach (var part in text.Split([';', ',', '|']))
        {
            if (Read(part, out var isTooLarge) is not { } clause)
            {
                problem = isTooLarge
                    ? $"'{part.Trim()}' is too large: write an amount of at most {MaxDigits} digits, and a period of "
                        + $"at most {MaxYears} years"
                    : $"'{part.Trim()}' is no rate limit: write for example 300/minute;5 per 2 seconds";
                return false;
            }

            clauses.Add(clause);
        }

        if (clauses.Count > MaxClauses)
        {
            problem = $"a rate limit has at most {MaxClauses} clauses";
            return false;
        }

        limit = new RateLimitText(text, clauses);
        return true;
    }

    public override string ToString() => Text;

    private static RateClause? Read(string part, out bool isTooLarge)
    {
        var match = Clause().Match(part);
        isTooLarge = match.Success
            && (match.Groups["amount"].Length > MaxDigits || match.Groups["multiple"].Length > MaxDigits);
        if (!match.Success || isTooLarge
            || !TryNumber(match.Groups["amount"], out var amount)
            || !TryNumber(match.Groups["multiple"], out var multiple))
        {
            return null;
        }

        var name = match.Groups["unit"].Value.ToLowerInvariant();
        var (unit, length) = Units.First(one => one.Unit == name);
        isTooLarge = multiple > Year * MaxYears / length;
        return isTooLarge ? null : new RateClause(amount, multiple, unit) { Period = length * multiple };
    }

    /// <summary>One where nothing is written; false for zero.</summary>
    private static bool TryNumber(Group group, out int number)
    {
        number = 1;
        return !group.Success
            || (int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out number)
                && number > 0);
    }

    [GeneratedRegex(
        @"^\s*(?<amount>[0-9]+)\s*(/|per)\s*(?<multiple>[0-9]+)?\s*(?<unit>second|minute|hour|day|month|year)s?\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Clause();
}
