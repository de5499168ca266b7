using System.Globalization;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;

namespace Outpost.Benchmarks;

/// <summary>
/// A full epoch of a topic: 32 inferers and 6 forecasters, the most that the chain takes, so 276 inferences to judge.
/// All differ, so that nothing is gained by asking for equal ones once; numbers have the chain's 34 digits.
/// </summary>
internal static class LossEpoch
{
    internal const int Inferers = 32;
    internal const int Forecasters = 6;
    internal const int Losses = 2 + 3 * Forecasters + 2 * Inferers + Forecasters * Inferers;

    /// <summary>A price, or a probability.</summary>
    internal static TopicValue Truth(bool isProbability) =>
        Value(isProbability ? "0.4571000000000000000000000000000001" : "3012.457100000000000000000000000001");

    internal static ValueBundle<TopicValue> Inferences(int seed, bool isProbability)
    {
        var random = new Random(seed);
        TopicValue Next() => Inference(random, isProbability);
        OfWorker<TopicValue>[] Each(int count) =>
            [.. Enumerable.Range(0, count).Select(worker => new OfWorker<TopicValue>(Name(worker), Next()))];
        return new ValueBundle<TopicValue>(
            Next(), Next(), Each(Inferers), Each(Forecasters), Each(Inferers),
            Each(Forecasters), Each(Forecasters),
            [
                .. Enumerable.Range(0, Forecasters).Select(forecaster =>
                    new OfWorker<IReadOnlyList<OfWorker<TopicValue>>>(Name(forecaster), Each(Inferers))),
            ]);
    }

    private static string Name(int worker) => worker.ToString("D2", CultureInfo.InvariantCulture);

    /// <summary>A price some per cent around the truth, or any probability.</summary>
    private static TopicValue Inference(Random random, bool isProbability)
    {
        var whole = isProbability ? 0 : 2900 + random.Next(200);
        var digits = string.Concat(Enumerable.Range(0, 29).Select(_ => (char)('0' + random.Next(10))));
        return Value(string.Create(CultureInfo.InvariantCulture, $"{whole}.{digits}7"));
    }

    private static TopicValue Value(string text) => DecimalText.TryParse(text, out var number, out var problem)
        ? TopicValue.Of(number)
        : throw new InvalidOperationException($"{text}: {problem}");
}
