using Outpost.Chains.Wire.Emissions.Query;
using V3 = Outpost.Chains.Wire.Emissions.V3;
using WireValue = Outpost.Chains.Wire.Emissions.Query.LabeledValue;

namespace Outpost.Chains.Allora;

/// <summary>What the network inferred at a nonce, with what it would have inferred without each worker.</summary>
/// <param name="Values">
/// Each one number for each label; a topic with one output has the one label y. Every value has the labels of the
/// combined one. Lists are empty where the chain has nothing to compare yet.
/// </param>
public sealed record NetworkInferences(
    TopicId Topic, Height Nonce, ValueBundle<IReadOnlyList<LabeledValue>> Values)
{
    private const string SingleLabel = "y";

    /// <summary>The layout of v10; null when it says nothing.</summary>
    /// <exception cref="ChainException">BadReply: a number that is none.</exception>
    internal static NetworkInferences? Read(
        TopicId topic, Height nonce, NetworkInferenceBundle? bundle, string method)
    {
        if (bundle is null or { CombinedValue.Count: 0 })
        {
            return null;
        }

        var combined = Labeled(bundle.CombinedValue);

        // Before the first network loss there is no naive inference: the chain's empty one stands for zeros.
        IReadOnlyList<LabeledValue> naive = bundle.NaiveValue.Count > 0
            ? Labeled(bundle.NaiveValue)
            : [.. combined.Select(value => value with { Value = default })];
        return new NetworkInferences(topic, nonce, new ValueBundle<IReadOnlyList<LabeledValue>>(
            combined, naive,
            Of(bundle.InfererValues.Select(of => (of.Worker, of.Values))),
            Of(bundle.ForecasterValues.Select(of => (of.Worker, of.Values))),
            Of(bundle.OneOutInfererValues.Select(of => (of.WithheldInferer, of.CombinedInference))),
            Of(bundle.OneOutForecasterValues.Select(of => (of.WithheldForecaster, of.CombinedInference))),
            Of(bundle.OneInForecasterValues.Select(of => (of.Forecaster, of.CombinedInference))),
            [
                .. bundle.OneOutInfererForecasterValues.GroupBy(of => of.Forecaster, StringComparer.Ordinal)
                    .Select(group => new OfWorker<IReadOnlyList<OfWorker<IReadOnlyList<LabeledValue>>>>(
                        group.Key, Of(group.Select(of => (of.WithheldInferer, of.CombinedInference))))),
            ]));

        IReadOnlyList<LabeledValue> Labeled(IEnumerable<WireValue> values) =>
            [.. values.Select(value => new LabeledValue(value.LabelName, WireValues.Number(value.Value, method)))];

        OfWorker<IReadOnlyList<LabeledValue>>[] Of<TValues>(IEnumerable<(string Worker, TValues Values)> values)
            where TValues : IEnumerable<WireValue> =>
            [.. values.Select(of => new OfWorker<IReadOnlyList<LabeledValue>>(of.Worker, Labeled(of.Values)))];
    }

    /// <summary>The layout up to v9, where every value is a scalar.</summary>
    internal static NetworkInferences? Read(TopicId topic, Height nonce, V3.ValueBundle? bundle, string method) =>
        bundle is null or { CombinedValue.Length: 0 }
            ? null
            : new NetworkInferences(topic, nonce, WireValues.Read(bundle, method).Map(
                IReadOnlyList<LabeledValue> (_, value) => [new LabeledValue(SingleLabel, value)]));
}
