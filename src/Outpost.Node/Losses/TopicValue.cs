using Outpost.Chains.Wire;

namespace Outpost.Node.Losses;

/// <summary>One label of a topic with several, and its number.</summary>
public sealed record LabeledNumber(string Label, DecimalText Number);

/// <summary>
/// A ground truth or an inference: one number, or one for each label of a topic with several. Equal values have equal
/// texts; the order of labels means nothing.
/// </summary>
public sealed class TopicValue : IEquatable<TopicValue>
{
    private TopicValue(DecimalText? scalar, IReadOnlyList<LabeledNumber> labels)
    {
        Scalar = scalar;
        Labels = labels;
    }

    /// <summary>Null for a value with labels.</summary>
    public DecimalText? Scalar { get; }

    /// <summary>In the ordinal order of their names; none for a scalar. One label is still not a scalar.</summary>
    public IReadOnlyList<LabeledNumber> Labels { get; }

    public static TopicValue Of(DecimalText scalar) => new(scalar, []);

    /// <summary>Null with a problem when there is no label, one without a name, or one twice.</summary>
    public static TopicValue? Of(IEnumerable<LabeledNumber> labels, out string? problem)
    {
        LabeledNumber[] sorted = [.. labels.OrderBy(label => label.Label, StringComparer.Ordinal)];
        var doubled = sorted.Zip(sorted.Skip(1)).Where(pair => pair.First.Label == pair.Second.Label)
            .Select(pair => pair.First.Label).FirstOrDefault();
        problem = sorted.Length == 0 ? "a value with labels has at least one"
            : sorted.Any(label => string.IsNullOrWhiteSpace(label.Label)) ? "a label has no name"
            : doubled is not null ? $"the label '{doubled}' stands there twice"
            : null;
        return problem is null ? new TopicValue(null, sorted) : null;
    }

    public bool Equals(TopicValue? other) =>
        other is not null && Scalar == other.Scalar && Labels.SequenceEqual(other.Labels);

    public override bool Equals(object? obj) => Equals(obj as TopicValue);

    public override int GetHashCode() => Labels.Aggregate(Scalar.GetHashCode(), HashCode.Combine);

    /// <summary>Null when losses can be taken: both scalar, or both with the same labels.</summary>
    internal LossFault? FaultBeside(TopicValue prediction)
    {
        if (Scalar is not null || prediction.Scalar is not null)
        {
            return Scalar is not null && prediction.Scalar is not null
                ? null
                : new LossFault(LossProblem.LabelsDiffer, Scalar is null
                    ? "the truth has labels and the inference has none"
                    : "the inference has labels and the truth has none");
        }

        var (ours, theirs) = (Labels.Select(label => label.Label), prediction.Labels.Select(label => label.Label));
        var missing = ours.Except(theirs, StringComparer.Ordinal).FirstOrDefault();
        var extra = theirs.Except(ours, StringComparer.Ordinal).FirstOrDefault();
        return missing is not null
            ? new LossFault(LossProblem.LabelsDiffer, $"the inference lacks the label '{missing}' of the truth")
            : extra is not null
                ? new LossFault(LossProblem.LabelsDiffer, $"the truth lacks the label '{extra}' of the inference")
                : null;
    }
}
