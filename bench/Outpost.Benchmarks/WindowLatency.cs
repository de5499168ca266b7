using Outpost.Devnet;
using Outpost.Node.Duties;

namespace Outpost.Benchmarks;

/// <summary>
/// From the block that opens a window being published by the devnet to the first arrival of the payload at the devnet,
/// by the devnet's own clock. The first openings, in which code is compiled and gas is learned, are not counted.
/// </summary>
internal static class WindowLatency
{
    private sealed record Setting(
        string Name, int Topics, TimeSpan BlockTime, long Epoch, long Window, int WarmUps, int Openings, double BarMs);

    private static readonly Setting[] Near =
    [
        new("window-latency-1-topic", 1, TimeSpan.FromMilliseconds(100), 4, 3, 10, 110, 50),
        new("window-latency-200-topics", 200, TimeSpan.FromMilliseconds(250), 10, 8, 3, 14, 500),
    ];

    // Through 50 ms and 1 % loss: the bars are the near ones, two round trips, and one segment sent again.
    private static readonly Setting[] Far =
    [
        new("window-latency-far-1-topic", 1, TimeSpan.FromMilliseconds(400), 4, 3, 6, 50, 350),
        new("window-latency-far-200-topics", 200, TimeSpan.FromMilliseconds(250), 12, 10, 3, 14, 800),
    ];

    internal static Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken) =>
        MeasureAsync(Near, isFar: false, cancellationToken);

    internal static Task<IReadOnlyList<Figure>> MeasureFarAsync(CancellationToken cancellationToken) =>
        MeasureAsync(Far, isFar: true, cancellationToken);

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(
        Setting[] settings, bool isFar, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        foreach (var setting in settings)
        {
            figures.Add(await MeasureAsync(setting, isFar, cancellationToken));
        }

        return figures;
    }

    private static async Task<Figure> MeasureAsync(
        Setting setting, bool isFar, CancellationToken cancellationToken)
    {
        var shape = new TopicOptions
        {
            Id = new(1),
            EpochLength = setting.Epoch,
            WorkerWindow = setting.Window,
            GroundTruthLag = setting.Epoch,
            FirstOpening = 20,
        };
        await using var node = await NodeOnDevnet.StartAsync(
            setting.Topics, shape, setting.BlockTime, endpoints: 1, isFar, cancellationToken);
        var firstCounted = shape.FirstOpening + setting.WarmUps * setting.Epoch;
        var lastCounted = firstCounted + (setting.Openings - 1) * setting.Epoch;
        await node.Devnet.WaitForHeightAsync(lastCounted + setting.Window + 1, cancellationToken);

        var arrivals = node.Devnet.Observer.FirstArrivals
            .Where(arrival => arrival.Name.Nonce.Value >= firstCounted && arrival.Name.Nonce.Value <= lastCounted)
            .ToArray();
        var samples = new Samples(arrivals.Select(arrival => arrival.SinceOpening!.Value.TotalMilliseconds));
        var expected = setting.Openings * setting.Topics;
        Console.Error.WriteLine(
            $"{setting.Name}: {samples.Count} of {expected} windows, p50 {samples.Median:F1} ms, "
            + $"p90 {samples.Percentile(0.9):F1} ms, p99 {samples.Percentile(0.99):F1} ms, "
            + $"max {samples.Percentile(1):F1} ms; admitted {node.Devnet.Observer.Admitted.Count}, "
            + $"duplicates {node.Devnet.Observer.Duplicates.Count}");
        if (samples.Count < expected)
        {
            var status = node.Host.Status;
            var phases = status.Topics.CountBy(topic => topic.Phase).Select(phase => $"{phase.Value} {phase.Key}");
            Console.Error.WriteLine($"{setting.Name}: the node is at block {status.Head} of {node.Devnet.Height}, "
                + $"its topics are {string.Join(", ", phases)}; {status.Line}; {status.Topics[0]}");
            foreach (var end in status.RecentEnds.Where(end => end.Outcome is Outcome.Missed).Take(3))
            {
                Console.Error.WriteLine($"{end.Duty.Id}: {end.Outcome}");
            }

            throw new InvalidOperationException(
                $"{setting.Name}: {expected - samples.Count} of {expected} windows were not answered at all; "
                + "a percentile of the others would flatter.");
        }

        return Figure.AtMost(setting.BarMs, $"{setting.Name}-p99", samples.Percentile(0.99), "ms");
    }
}
