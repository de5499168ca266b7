using Outpost.Node.Losses;

namespace Outpost.Benchmarks;

/// <summary>All losses of a full epoch with each method that is built in; the median of some epochs.</summary>
internal static class LossesBuiltIn
{
    private const double MostMilliseconds = 50;
    private const int WarmUps = 10;
    private const int Epochs = 40;

    // Of the methods whose names begin with z.
    private static readonly Dictionary<string, string> Scale = new() { ["std"] = "100", ["mean"] = "3000" };

    internal static Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        foreach (var name in new[] { "mse", "mae", "huber", "logcosh", "bce", "poisson", "ztae", "zptae" })
        {
            if (!LossMethod.TryCreate(name, name.StartsWith('z') ? Scale : [], out var method, out var problem))
            {
                throw new InvalidOperationException(problem);
            }

            var (times, isProbability) = (new List<double>(), name == "bce");
            var truth = LossEpoch.Truth(isProbability);
            for (var epoch = -WarmUps; epoch < Epochs; epoch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var inferences = LossEpoch.Inferences(epoch, isProbability);
                var begun = TimeProvider.System.GetTimestamp();
                var losses = LossBundle.Of(method, truth, inferences, SmallLoss.Refuse);
                var took = TimeProvider.System.GetElapsedTime(begun);
                if (losses is not LossBundle.Complete)
                {
                    throw new InvalidOperationException($"{name}: {losses}");
                }

                if (epoch >= 0)
                {
                    times.Add(took.TotalMilliseconds);
                }
            }

            var samples = new Samples(times);
            Console.Error.WriteLine(
                $"{name}: median {samples.Median:0.00} ms, slowest {samples.Percentile(1):0.00} ms");
            figures.Add(Figure.AtMost(
                MostMilliseconds, $"losses-builtin-{name}", samples.Median, $"ms for {LossEpoch.Losses} losses"));
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }
}
