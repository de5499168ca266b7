using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// What everybody's work of a nonce was worth: for an inferer how much worse the network is without it, for a
/// forecaster how much better it is with it, for a reputer how near it is to the others.
/// </summary>
internal static class Scoring
{
    /// <summary>Keeps the score of a reputer who is right where all are finite: at most 1 ÷ this.</summary>
    private const decimal Tolerance = 0.01m;

    /// <param name="said">The losses of each counted reputer.</param>
    public static NonceScores Of(
        NetworkInferenceBundle asked, IReadOnlyDictionary<LossKey, ExactDecimal> losses,
        IReadOnlyDictionary<string, IReadOnlyDictionary<LossKey, ExactDecimal>> said)
    {
        var loss = losses.ToDictionary(of => of.Key, of => of.Value.Clamped());
        var network = loss[new(LossField.Combined)];
        var forecasters = asked.ForecasterValues.Select(of => of.Worker).ToArray();
        return new NonceScores(
            Sorted(asked.InfererValues.Select(of => of.Worker), inferer =>
                loss.TryGetValue(new(LossField.OneOutInferer, inferer), out var without)
                    ? without - network
                    : network - loss[new(LossField.Inferer, inferer)]),
            Sorted(forecasters, forecaster => OfForecaster(forecaster, forecasters.Length, loss)),
            Sorted(said.Keys, reputer => 1 / (Distance(said[reputer], loss) + Tolerance)));
    }

    private static decimal OfForecaster(string forecaster, int count, Dictionary<LossKey, decimal> loss)
    {
        var (network, naive) = (loss[new(LossField.Combined)], loss[new(LossField.Naive)]);
        if (count == 1)
        {
            return naive - network;
        }

        // The more forecasters, the less alone counts (f⁺ = 1 ÷ 2^(n−1)).
        var alone = 1m / (1L << Math.Min(count - 1, 40));
        var withoutIt = loss[new(LossField.OneOutForecaster, forecaster)] - network;
        var withItAlone = naive - loss[new(LossField.OneInForecaster, forecaster)];
        return ((1 - alone) * withoutIt) + (alone * withItAlone);
    }

    private static decimal Distance(
        IReadOnlyDictionary<LossKey, ExactDecimal> said, Dictionary<LossKey, decimal> agreed) =>
        agreed.Average(of => Math.Abs(said[of.Key].Clamped() - of.Value));

    private static SortedDictionary<string, decimal> Sorted(IEnumerable<string> actors, Func<string, decimal> score)
    {
        var scores = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var actor in actors)
        {
            scores[actor] = score(actor);
        }

        return scores;
    }
}
