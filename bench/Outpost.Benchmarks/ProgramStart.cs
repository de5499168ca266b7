using Outpost.Devnet;
using Outpost.EndToEnd.Processes;

namespace Outpost.Benchmarks;

/// <summary>
/// From starting the process of the real program to its line "Watching", on a devnet on which the worker is registered
/// in every topic already. The journal is a new one at the first start and a used one after.
/// </summary>
internal static class ProgramStart
{
    private const int Starts = 11;
    private const double MostMilliseconds = 1_000;

    private static readonly int[] TopicCounts = [1, 200];

    internal static Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken) =>
        MeasureAsync("start", null, cancellationToken);

    /// <summary>The same with the devnet behind 50 ms and 1 % loss.</summary>
    internal static async Task<IReadOnlyList<Figure>> MeasureFarAsync(CancellationToken cancellationToken)
    {
        await using var links = new FarLinks();
        return await MeasureAsync("start-far", links.To, cancellationToken);
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(
        string what, Func<Uri, Uri>? reachedAt, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        foreach (var topics in TopicCounts)
        {
            figures.Add(await MeasureAsync(what, topics, reachedAt, cancellationToken));
        }

        return figures;
    }

    private static async Task<Figure> MeasureAsync(
        string what, int topics, Func<Uri, Uri>? reachedAt, CancellationToken cancellationToken)
    {
        // Windows that do not open while this is measured.
        var shape = new TopicOptions
        {
            Id = new(1),
            EpochLength = 100_000,
            WorkerWindow = 12,
            GroundTruthLag = 100_000,
            FirstOpening = 50_000,
        };
        await using var place = await Workplace.CreateAsync(
            TimeSpan.FromMilliseconds(500), [DevnetOptions.ManyTopics(topics, shape)], cancellationToken, reachedAt);
        var samples = new List<double>();
        for (var start = 0; start < Starts; start++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            using var program = place.Seats[0].Start();
            var watching = await program.WatchingAsync(cancellationToken);
            samples.Add(TimeProvider.System.GetElapsedTime(begun, watching).TotalMilliseconds);
            program.Terminate();
            await program.WaitForExitAsync(cancellationToken);
        }

        var all = new Samples(samples);
        var name = $"{what}-{topics}-topic{(topics == 1 ? "" : "s")}";
        Console.Error.WriteLine(
            $"{name}: first {samples[0]:F0} ms, least {all.Percentile(0):F0} ms, most {all.Percentile(1):F0} ms");
        return Figure.AtMost(MostMilliseconds, name, all.Median, "ms, median of starts");
    }
}
