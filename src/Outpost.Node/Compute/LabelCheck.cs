using System.Text;
using Outpost.Chains.Allora;

namespace Outpost.Node.Compute;

/// <summary>
/// Holds the labels of an answer against a topic's rules, as the chain does when it takes an inference (emissions v10:
/// codes 95, 97 and 98, and the sum).
/// </summary>
public static class LabelCheck
{
    /// <summary>The chain's bound, max_canonical_label_byte_length; labels are ASCII.</summary>
    private const int MostBytes = 64;

    /// <summary>Null when the chain will take these labels as an inference.</summary>
    public static string? Problem(TopicValue given, LabelRules rules)
    {
        if ((ulong)given.Labels.Count > rules.Most)
        {
            return $"{given.Labels.Count} labels, and the topic takes {rules.Most}";
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var label in given.Labels.Select(one => one.Label))
        {
            if (!Ascii.IsValid(label) || label.Length > MostBytes)
            {
                return $"the label '{label}' is not ASCII, or longer than {MostBytes} letters";
            }

            if (!seen.Add(label))
            {
                return $"the label '{label}' stands there twice: case makes no difference";
            }
        }

        return UnknownProblem(given, rules) ?? SumProblem(given, rules);
    }

    /// <summary>Names a label that the topic does not have; null when there is none.</summary>
    public static string? UnknownProblem(TopicValue given, LabelRules rules)
    {
        var allowed = rules.Allowed.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var unknown = given.Labels.Select(one => one.Label).Where(label => !allowed.Contains(label)).ToList();
        return allowed.Count == 0 || unknown.Count == 0
            ? null
            : $"the topic has no label {Quoted(unknown)}, but {string.Join(", ", rules.Allowed)}";
    }

    /// <summary>Names the topic's labels that have no number here; null when each has one.</summary>
    public static string? MissingProblem(TopicValue given, LabelRules rules)
    {
        var missing = rules.Allowed
            .Except(given.Labels.Select(one => one.Label), StringComparer.OrdinalIgnoreCase).ToList();
        return missing.Count == 0 ? null : $"there is no number for {Quoted(missing)}";
    }

    private static string? SumProblem(TopicValue given, LabelRules rules)
    {
        if (!rules.SumToOne)
        {
            return null;
        }

        var sum = given.Labels.Aggregate(WideDecimal.Zero, (sum, one) => sum + WideDecimal.From(one.Value));
        return (sum - WideDecimal.One).Magnitude.CompareTo(WideDecimal.From(rules.Tolerance)) <= 0
            ? null
            : $"the labels sum to {sum.ToPlainText()}, and the topic wants 1 within {rules.Tolerance.Text}";
    }

    /// <summary>The first few: a topic may have hundreds.</summary>
    private static string Quoted(List<string> labels)
    {
        const int Most = 5;
        var shown = string.Join(", ", labels.Take(Most).Select(label => $"'{label}'"));
        return labels.Count <= Most ? shown : $"{shown} and {labels.Count - Most} more";
    }
}
