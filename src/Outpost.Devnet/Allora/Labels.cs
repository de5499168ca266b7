using System.Numerics;
using System.Text;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>The labels of v10: one named y for SINGLE topics, the topic's own for MULTI ones.</summary>
internal static class Labels
{
    private const int MaxLabelBytes = 64;

    /// <summary>The values of an inference in the order of the open window's labels, which may grow by it.</summary>
    public static Refused? Resolve(
        TopicState topic, InputInference? inference, EmissionsVersion version, UndoLog undo,
        out IReadOnlyList<string> values)
    {
        values = inference is null ? [] : [inference.Value];
        if (inference is null || version == EmissionsVersion.V9)
        {
            return null;
        }

        return topic.Options.IsMulti
            ? Multi(topic, inference, undo, out values)
            : Single(inference, out values);
    }

    private static Refused? Single(InputInference inference, out IReadOnlyList<string> values)
    {
        values = [inference.Value];
        if (inference.Values.Count == 0)
        {
            return null;
        }

        if (inference.Values.Count > 1)
        {
            return Refused.Emissions(98, "too many labels: a single-output topic takes one");
        }

        if (inference.Values[0].Label is not ("" or TopicState.SingleLabel))
        {
            return Refused.Emissions(95, $"invalid label {inference.Values[0].Label} for a single-output topic");
        }

        values = [inference.Values[0].Value];
        return null;
    }

    private static Refused? Multi(
        TopicState topic, InputInference inference, UndoLog undo, out IReadOnlyList<string> values)
    {
        values = [];
        if (inference.Values.Count == 0)
        {
            return Refused.InvalidRequest("a multi-output topic takes labeled values");
        }

        var byLabel = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var labeled in inference.Values)
        {
            var label = labeled.Label.Normalize(NormalizationForm.FormC).Trim().ToLowerInvariant();
            if (label.Length is 0 or > MaxLabelBytes || !Ascii.IsValid(label) || !byLabel.TryAdd(label, labeled.Value))
            {
                return Refused.Emissions(95, $"invalid label: {labeled.Label}");
            }

            if (topic.Options.Labels.Count > 0 && !topic.Options.Labels.Contains(label))
            {
                return Refused.Emissions(97, $"label not in the topic's whitelist: {label}");
            }
        }

        if ((ulong)byLabel.Count > topic.Options.MaxLabels)
        {
            return Refused.Emissions(98, $"too many labels: {byLabel.Count} > {topic.Options.MaxLabels}");
        }

        if (topic.Options.RequiresUnity && !SumsToOne(byLabel.Values))
        {
            return Refused.InvalidRequest("the values of an inference must sum to 1 within 0.01");
        }

        values = Dense(topic, byLabel, undo);
        return null;
    }

    private static bool SumsToOne(IEnumerable<string> values)
    {
        var sum = ExactDecimal.WeightedMean(
            [.. values.Select(value => (BigInteger.One, ExactDecimal.Parse(value)))], BigInteger.One).Clamped();
        return sum is >= 0.99m and <= 1.01m;
    }

    private static List<string> Dense(TopicState topic, Dictionary<string, string> byLabel, UndoLog undo)
    {
        var before = topic.OpenLabels.Count;
        foreach (var label in byLabel.Keys)
        {
            if (!topic.OpenLabels.Contains(label))
            {
                topic.OpenLabels.Add(label);
            }
        }

        undo.Record(() => topic.OpenLabels.RemoveRange(before, topic.OpenLabels.Count - before));
        return [.. topic.OpenLabels.Select(label => byLabel.GetValueOrDefault(label, "0"))];
    }
}
