using System.Globalization;
using Outpost.Chains.Wire;
using Outpost.Node.Losses;

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

    internal static TopicValue Truth { get; } = Value("3012.457100000000000000000000000001");

    internal static ValueBundle<TopicValue> Inferences(int seed)
    {
        var random = new Random(seed);
        return new ValueBundle<TopicValue>(
            Next(random), Next(random), Each(Inferers, random), Each(Forecasters, random), Each(Inferers, random),
            Each(Forecasters, random), Each(Forecasters, random),
            [
                .. Enumerable.Range(0, Forecasters).Select(forecaster =>
                    new OfWorker<IReadOnlyList<OfWorker<TopicValue>>>(Name(forecaster), Each(Inferers, random))),
            ]);
    }

    private static OfWorker<TopicValue>[] Each(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(worker => new OfWorker<TopicValue>(Name(worker), Next(random)))];

    private static string Name(int worker) => worker.ToString("D2", CultureInfo.InvariantCulture);

    /// <summary>Some per cent around the truth.</summary>
    private static TopicValue Next(Random random)
    {
        var digits = string.Concat(Enumerable.Range(0, 29).Select(_ => (char)('0' + random.Next(10))));
        return Value(string.Create(CultureInfo.InvariantCulture, $"{2900 + random.Next(200)}.{digits}7"));
    }

    private static TopicValue Value(string text) => DecimalText.TryParse(text, out var number, out var problem)
        ? TopicValue.Of(number)
        : throw new InvalidOperationException($"{text}: {problem}");
}
