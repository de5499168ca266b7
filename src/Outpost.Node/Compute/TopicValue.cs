using System.Text.Json;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire;

namespace Outpost.Node.Compute;

/// <summary>
/// What an entrypoint answers: one number, or one for each label of a topic with several; a forecast has one for each
/// inferer. Equal values have equal texts; the order of labels means nothing.
/// </summary>
public sealed class TopicValue : IEquatable<TopicValue>
{
    private TopicValue(DecimalText? scalar, IReadOnlyList<LabeledValue> labels)
    {
        Scalar = scalar;
        Labels = labels;
    }

    /// <summary>Null for a value with labels.</summary>
    public DecimalText? Scalar { get; }

    /// <summary>In the ordinal order of their names; none for a scalar. One label is still not a scalar.</summary>
    public IReadOnlyList<LabeledValue> Labels { get; }

    public static TopicValue Of(DecimalText scalar) => new(scalar, []);

    /// <summary>Null with a problem when there is no label, one without a name, or one twice.</summary>
    public static TopicValue? Of(IEnumerable<LabeledValue> labels, out string? problem)
    {
        LabeledValue[] sorted = [.. labels.OrderBy(label => label.Label, StringComparer.Ordinal)];
        var doubled = sorted.Zip(sorted.Skip(1)).Where(pair => pair.First.Label == pair.Second.Label)
            .Select(pair => pair.First.Label).FirstOrDefault();
        problem = sorted.Length == 0 ? "a value with labels has at least one"
            : sorted.Any(label => string.IsNullOrWhiteSpace(label.Label)) ? "a label has no name"
            : doubled is not null ? $"the label '{doubled}' stands there twice"
            : null;
        return problem is null ? new TopicValue(null, sorted) : null;
    }

    /// <summary>
    /// The same value with the labels of another where they differ by case only: the chain keeps them in lower case.
    /// </summary>
    public TopicValue SpelledAs(TopicValue other)
    {
        var spellings = other.Labels.ToLookup(label => label.Label, StringComparer.OrdinalIgnoreCase);
        return Of(Labels.Select(label => spellings[label.Label] is var same && same.Any(one => one.Label == label.Label)
            ? label
            : label with { Label = same.FirstOrDefault()?.Label ?? label.Label }), out _) ?? this;
    }

    public bool Equals(TopicValue? other) =>
        other is not null && Scalar == other.Scalar && Labels.SequenceEqual(other.Labels);

    public override bool Equals(object? obj) => Equals(obj as TopicValue);

    public override int GetHashCode() => Labels.Aggregate(Scalar.GetHashCode(), HashCode.Combine);

    /// <summary>
    /// The number; or a JSON object of names and numbers as texts, as <see cref="AnswerText"/> reads it.
    /// </summary>
    public override string ToString() => Scalar is { } scalar
        ? scalar.Text
        : $"{{{string.Join(',', Labels.Select(label => $"{Quoted(label.Label)}:\"{label.Value.Text}\""))}}}";

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
