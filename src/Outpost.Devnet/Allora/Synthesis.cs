using System.Numerics;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet.Wire;
using LabeledValue = Outpost.Chains.Wire.Emissions.Query.LabeledValue;

namespace Outpost.Devnet.Allora;

/// <summary>
/// The network's inference of one nonce (x/emissions/keeper/inference_synthesis): one inference is itself, several
/// give their median until the network has its first loss, and from then on a mean by what regrets say of each worker.
/// </summary>
internal sealed class Synthesis
{
    // Weights are decimals of at most a few units; as integers they keep sums exact.
    private const decimal WeightUnit = 100_000_000_000_000_000_000m;

    private readonly TopicLosses _past;
    private readonly IReadOnlyList<string> _labels;
    private readonly SortedDictionary<string, ExactDecimal[]> _inferences = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, InputForecast> _forecasts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Forecaster, string Without), ExactDecimal[]?> _implied = [];

    private Synthesis(
        TopicLosses past, IReadOnlyList<string> labels, IReadOnlyList<ActiveInference> inferences,
        IReadOnlyList<InputForecast> forecasts)
    {
        (_past, _labels) = (past, labels);
        foreach (var inference in inferences)
        {
            _inferences.Add(inference.Inferer, [.. inference.Values.Select(ExactDecimal.Parse)]);
        }

        foreach (var forecast in forecasts)
        {
            _forecasts.Add(forecast.Forecaster, forecast);
        }
    }

    /// <param name="inferences">At least one; each as long as the labels.</param>
    /// <param name="forecasts">Each with elements of these inferers only.</param>
    public static NetworkInferenceBundle Of(
        TopicState topic, long nonce, IReadOnlyList<string> labels, IReadOnlyList<ActiveInference> inferences,
        IReadOnlyList<InputForecast> forecasts)
    {
        var synthesis = new Synthesis(topic.Losses, labels, inferences, forecasts);
        var bundle = new NetworkInferenceBundle { TopicId = topic.Id, Nonce = nonce };
        bundle.InfererValues.AddRange(synthesis._inferences.Select(of => new WorkerInference
        {
            Worker = of.Key,
            Values = { synthesis.Labeled(of.Value) },
        }));
        if (inferences.Count == 1 || topic.Losses.Network is null)
        {
            bundle.CombinedValue.AddRange(synthesis.Labeled(synthesis.Medians("")));
            bundle.NaiveValue.AddRange(inferences.Count == 1
                ? bundle.CombinedValue.Clone()
                : synthesis.Labeled(new ExactDecimal[labels.Count]));
        }
        else
        {
            synthesis.Weigh(bundle);
        }

        return bundle;
    }

    private void Weigh(NetworkInferenceBundle bundle)
    {
        var forecasters = _forecasts.Keys.ToArray();
        bundle.CombinedValue.AddRange(Labeled(Network("", forecasters)));
        bundle.NaiveValue.AddRange(Labeled(Mean("", [], _past.NaiveRegrets)));
        bundle.ForecasterValues.AddRange(forecasters.Select(forecaster => new WorkerInference
        {
            Worker = forecaster,
            Values = { Labeled(Implied(forecaster, "")!) },
        }));
        foreach (var inferer in _inferences.Keys)
        {
            bundle.OneOutInfererValues.Add(new OneOutInfererValue
            {
                WithheldInferer = inferer,
                CombinedInference = { Labeled(Network(inferer, forecasters)) },
            });
        }

        foreach (var forecaster in forecasters)
        {
            if (forecasters.Length > 1)
            {
                bundle.OneOutForecasterValues.Add(new OneOutForecasterValue
                {
                    WithheldForecaster = forecaster,
                    CombinedInference = { Labeled(Network("", [.. forecasters.Where(one => one != forecaster)])) },
                });
                bundle.OneInForecasterValues.Add(new OneInForecasterValue
                {
                    Forecaster = forecaster,
                    CombinedInference = { Labeled(Network("", [forecaster])) },
                });
            }

            bundle.OneOutInfererForecasterValues.AddRange(_inferences.Keys
                .Where(inferer => Implied(forecaster, inferer) is not null)
                .Select(inferer => new OneOutInfererForecasterValue
                {
                    Forecaster = forecaster,
                    WithheldInferer = inferer,
                    CombinedInference = { Labeled(Implied(forecaster, inferer)!) },
                }));
        }
    }

    /// <param name="without">The inferer that is left out; empty: none.</param>
    private ExactDecimal[] Network(string without, IReadOnlyList<string> forecasters) =>
        Mean(without, forecasters, _past.InfererRegrets);

    private ExactDecimal[] Mean(
        string without, IReadOnlyList<string> forecasters, Dictionary<string, decimal> infererRegrets)
    {
        var workers = _inferences.Where(of => of.Key != without)
            .Select(of => (Values: of.Value, Regret: infererRegrets.GetValueOrDefault(of.Key, _past.InitialRegret)))
            .ToList();
        if (_past.InitialRegret == 0)
        {
            return Mean([.. workers.Select(of => (1m, of.Values))]);
        }

        foreach (var forecaster in forecasters)
        {
            if (Implied(forecaster, without) is { } implied)
            {
                workers.Add((implied, _past.ForecasterRegrets.GetValueOrDefault(forecaster, _past.InitialRegret)));
            }
        }

        var weights = Curves.Weights([.. workers.Select(of => of.Regret)]);
        return Mean([.. workers.Select((of, index) => (weights[index], of.Values))]);
    }

    /// <summary>
    /// What a forecaster's losses say of the inferences; null when nothing of its forecast is left.
    /// </summary>
    private ExactDecimal[]? Implied(string forecaster, string without)
    {
        if (_implied.TryGetValue((forecaster, without), out var known))
        {
            return known;
        }

        var elements = _forecasts[forecaster].ForecastElements.Where(of => of.Inferer != without).ToArray();
        ExactDecimal[]? implied = null;
        if (elements.Length > 0 && _past.InitialRegret == 0)
        {
            implied = Medians(elements.Select(of => _inferences[of.Inferer]));
        }
        else if (elements.Length > 0)
        {
            var network = _past.Network.GetValueOrDefault();
            var weights = Curves.Weights(
                [.. elements.Select(of => network - ExactDecimal.Parse(of.Value).Clamped())]);
            implied = Mean([.. elements.Select((of, index) => (weights[index], _inferences[of.Inferer]))]);
        }

        return _implied[(forecaster, without)] = implied;
    }

    private ExactDecimal[] Medians(string without) =>
        Medians(_inferences.Where(of => of.Key != without).Select(of => of.Value));

    private ExactDecimal[] Medians(IEnumerable<ExactDecimal[]> vectors)
    {
        var rows = vectors.ToArray();
        return [.. _labels.Select((_, index) => Median(rows.Select(row => row[index])))];
    }

    private static ExactDecimal Median(IEnumerable<ExactDecimal> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : ExactDecimal.Mean(sorted[middle - 1], sorted[middle]);
    }

    private ExactDecimal[] Mean(IReadOnlyList<(decimal Weight, ExactDecimal[] Values)> workers)
    {
        var weights = workers.Select(of => new BigInteger(of.Weight * WeightUnit)).ToArray();
        var sum = weights.Aggregate(BigInteger.Zero, (total, weight) => total + weight);
        var divisor = BigInteger.Max(sum, new BigInteger(Curves.SafeDivisor * WeightUnit));
        return [.. _labels.Select((_, label) => ExactDecimal.WeightedMean(
            [.. workers.Select((of, index) => (weights[index], of.Values[label]))], divisor))];
    }

    private IEnumerable<LabeledValue> Labeled(ExactDecimal[] values) =>
        _labels.Select((label, index) => new LabeledValue
        {
            LabelId = (uint)index + 1,
            LabelName = label,
            Value = values[index].ToCanonicalText(),
        });
}
