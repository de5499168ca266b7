namespace Outpost.Sdk;

/// <summary>
/// What a topic wants: one number (<c>return 3012.45m;</c>), or one for each label of a topic with labels
/// (<c>return Value.Labeled(("up", 0.7m), ("down", 0.3m));</c>).
/// </summary>
public sealed class Value
{
    private Value(Number? scalar, IReadOnlyDictionary<string, Number> labels) => (Scalar, Labels) = (scalar, labels);

    /// <summary>The one number; null when there are labels.</summary>
    public Number? Scalar { get; }

    /// <summary>The number of each label; empty when there is one number.</summary>
    public IReadOnlyDictionary<string, Number> Labels { get; }

    /// <summary>One number.</summary>
    public static implicit operator Value(Number number) => new(number, new Dictionary<string, Number>());

    /// <summary>One number.</summary>
    public static implicit operator Value(decimal number) => (Number)number;

    /// <summary>One number for each label; a label that is given twice is refused.</summary>
    /// <exception cref="ArgumentException">A label is given twice.</exception>
    public static Value Labeled(params (string Label, Number Number)[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var all = new Dictionary<string, Number>(StringComparer.Ordinal);
        foreach (var (label, number) in labels)
        {
            all.Add(label, number);
        }

        return new Value(null, all);
    }

    /// <summary>One number for each label.</summary>
    public static Value Labeled(IReadOnlyDictionary<string, Number> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return new Value(null, new Dictionary<string, Number>(labels, StringComparer.Ordinal));
    }

    /// <summary>The number, or all labels with theirs, for a log line.</summary>
    public override string ToString() =>
        Scalar?.Text ?? string.Join(", ", Labels.Select(label => $"{label.Key}: {label.Value}"));
}
