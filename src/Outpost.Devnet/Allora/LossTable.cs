using Google.Protobuf;
using Google.Protobuf.Collections;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Chains.Wire.Emissions.V9;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>The fields of a ValueBundle.</summary>
internal enum LossField
{
    Combined,
    Naive,
    Inferer,
    Forecaster,
    OneOutInferer,
    OneOutForecaster,
    OneInForecaster,
    OneOutInfererForecaster,
}

/// <summary>One number of a bundle.</summary>
/// <param name="Worker">Empty for the network's own.</param>
/// <param name="Withheld">The inferer of a pair whose forecaster is the worker.</param>
internal readonly record struct LossKey(LossField Field, string Worker = "", string Withheld = "");

/// <summary>Bundles as flat tables, so that each number is treated as every other.</summary>
internal static class LossTable
{
    /// <summary>The losses that a network inference asks for, in the order of a bundle.</summary>
    public static IReadOnlyList<LossKey> Asked(NetworkInferenceBundle network) =>
        [.. Scalars(network).Select(of => of.Key)];

    /// <summary>The network's inferences by their first label: all there is under v9, and of a SINGLE topic.</summary>
    public static IEnumerable<(LossKey Key, string Value)> Scalars(NetworkInferenceBundle network) =>
    [
        (new(LossField.Combined), First(network.CombinedValue)), (new(LossField.Naive), First(network.NaiveValue)),
        .. network.InfererValues.Select(of => (new LossKey(LossField.Inferer, of.Worker), First(of.Values))),
        .. network.ForecasterValues.Select(of => (new LossKey(LossField.Forecaster, of.Worker), First(of.Values))),
        .. network.OneOutInfererValues.Select(of =>
            (new LossKey(LossField.OneOutInferer, of.WithheldInferer), First(of.CombinedInference))),
        .. network.OneOutForecasterValues.Select(of =>
            (new LossKey(LossField.OneOutForecaster, of.WithheldForecaster), First(of.CombinedInference))),
        .. network.OneInForecasterValues.Select(of =>
            (new LossKey(LossField.OneInForecaster, of.Forecaster), First(of.CombinedInference))),
        .. network.OneOutInfererForecasterValues.Select(of => (
            new LossKey(LossField.OneOutInfererForecaster, of.Forecaster, of.WithheldInferer),
            First(of.CombinedInference))),
    ];

    /// <summary>A worker that a list names twice counts as it is named first.</summary>
    public static IReadOnlyDictionary<LossKey, ExactDecimal> Read(InputValueBundle bundle)
    {
        var table = new Dictionary<LossKey, ExactDecimal>
        {
            [new(LossField.Combined)] = ExactDecimal.Parse(bundle.CombinedValue),
            [new(LossField.Naive)] = ExactDecimal.Parse(bundle.NaiveValue),
        };
        Add(LossField.Inferer, bundle.InfererValues.Select(of => (of.Worker, of.Value)));
        Add(LossField.Forecaster, bundle.ForecasterValues.Select(of => (of.Worker, of.Value)));
        Add(LossField.OneOutInferer, bundle.OneOutInfererValues.Select(of => (of.Worker, of.Value)));
        Add(LossField.OneOutForecaster, bundle.OneOutForecasterValues.Select(of => (of.Worker, of.Value)));
        Add(LossField.OneInForecaster, bundle.OneInForecasterValues.Select(of => (of.Worker, of.Value)));
        foreach (var of in bundle.OneOutInfererForecasterValues)
        {
            foreach (var pair in of.OneOutInfererValues)
            {
                table.TryAdd(
                    new(LossField.OneOutInfererForecaster, of.Forecaster, pair.Worker), ExactDecimal.Parse(pair.Value));
            }
        }

        return table;

        void Add(LossField field, IEnumerable<(string Worker, string Value)> values)
        {
            foreach (var (worker, value) in values)
            {
                table.TryAdd(new(field, worker), ExactDecimal.Parse(value));
            }
        }
    }

    /// <summary>The stored form; it has the layout of what was sent.</summary>
    public static ValueBundle Stored(InputValueBundle bundle) => ValueBundle.Parser.ParseFrom(bundle.ToByteString());

    /// <summary>A bundle of the network's own.</summary>
    public static ValueBundle Write(
        ulong topic, long nonce, string reputer, IEnumerable<(LossKey Key, string Value)> values)
    {
        var bundle = new ValueBundle
        {
            TopicId = topic,
            ReputerRequestNonce = new() { ReputerNonce = new() { BlockHeight = nonce } },
            Reputer = reputer,
        };
        foreach (var (key, value) in values)
        {
            Write(bundle, key, value);
        }

        return bundle;
    }

    private static string First(RepeatedField<LabeledValue> values) => values[0].Value;

    private static void Write(ValueBundle bundle, LossKey key, string value)
    {
        var attributed = new WorkerAttributedValue { Worker = key.Worker, Value = value };
        var withheld = new WithheldWorkerAttributedValue { Worker = key.Worker, Value = value };
        switch (key.Field)
        {
            case LossField.Combined:
                bundle.CombinedValue = value;
                break;
            case LossField.Naive:
                bundle.NaiveValue = value;
                break;
            case LossField.Inferer:
                bundle.InfererValues.Add(attributed);
                break;
            case LossField.Forecaster:
                bundle.ForecasterValues.Add(attributed);
                break;
            case LossField.OneOutInferer:
                bundle.OneOutInfererValues.Add(withheld);
                break;
            case LossField.OneOutForecaster:
                bundle.OneOutForecasterValues.Add(withheld);
                break;
            case LossField.OneInForecaster:
                bundle.OneInForecasterValues.Add(attributed);
                break;
            default:
                WritePair(bundle.OneOutInfererForecasterValues, key, value);
                break;
        }
    }

    private static void WritePair(
        RepeatedField<OneOutInfererForecasterValues> pairs, LossKey key, string value)
    {
        // Pairs of one forecaster follow each other.
        if (pairs.Count == 0 || pairs[^1].Forecaster != key.Worker)
        {
            pairs.Add(new OneOutInfererForecasterValues { Forecaster = key.Worker });
        }

        pairs[^1].OneOutInfererValues.Add(new WithheldWorkerAttributedValue { Worker = key.Withheld, Value = value });
    }
}
