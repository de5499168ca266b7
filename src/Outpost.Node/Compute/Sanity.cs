using System.Globalization;

namespace Outpost.Node.Compute;

/// <summary>Holds an answer against the network's last value.</summary>
public static class Sanity
{
    /// <summary>
    /// What is wrong with the answer, as a sentence; null when nothing is, or when there is nothing to compare: no
    /// value of the network, other labels, or for the factor a zero.
    /// </summary>
    public static string? Problem(TopicValue answer, TopicValue? network, SanityOptions options)
    {
        if (network is null)
        {
            return null;
        }

        if (answer.Scalar is { } one && network.Scalar is { } other)
        {
            return Problem(WideDecimal.From(one), WideDecimal.From(other), options);
        }

        var known = network.Labels.ToDictionary(label => label.Label, label => label.Value, StringComparer.Ordinal);
        return answer.SpelledAs(network).Labels
            .Where(label => known.ContainsKey(label.Label))
            .Select(label => Problem(
                WideDecimal.From(label.Value), WideDecimal.From(known[label.Label]), options) is { } problem
                ? $"'{label.Label}': {problem}"
                : null)
            .FirstOrDefault(problem => problem is not null);
    }

    private static string? Problem(WideDecimal answer, WideDecimal network, SanityOptions options)
    {
        if (options.MostDistance is { } distance && (answer - network).Magnitude.CompareTo(Of(distance)) > 0)
        {
            return $"{answer.ToPlainText()} is further from the network's {network.ToPlainText()} than "
                + $"{Text(distance)}, the sanity distance";
        }

        return options.MostFactor is { } factor && !answer.IsZero && !network.IsZero && IsFar(answer, network, factor)
            ? $"{answer.ToPlainText()} and the network's {network.ToPlainText()} differ by more than {Text(factor)} "
                + "times, the sanity factor"
            : null;
    }

    private static bool IsFar(WideDecimal answer, WideDecimal network, decimal factor) =>
        answer.Sign != network.Sign
        || answer.Magnitude.CompareTo(network.Magnitude * Of(factor)) > 0
        || network.Magnitude.CompareTo(answer.Magnitude * Of(factor)) > 0;

    private static WideDecimal Of(decimal number) =>
        WideDecimal.TryRead(Text(number), out var value) ? value : throw new FormatException($"{number} is no decimal");

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
