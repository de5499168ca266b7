using Outpost.Devnet;

namespace Outpost.Benchmarks;

/// <summary>
/// What the node asks of the chain while no window is open: calls that the devnet counted, of any kind, for one topic
/// and one minute. The node has served one window of each topic before, so that it is in its everyday state.
/// </summary>
internal static class IdleQueries
{
    private const int Topics = 20;

    // With several, how far the others are could be asked for: the idle node may not.
    private const int Endpoints = 3;

    // Counted beside the query that it carries.
    private const string Carrier = "rpc/abci_query";

    private const double MostPerTopicAndMinute = 0;

    // What a window is followed by (the balance is asked within 30 s of its end) belongs to it, not to the idle time.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);

    internal static Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken) =>
        MeasureAsync("idle-queries", isFar: false, cancellationToken);

    internal static Task<IReadOnlyList<Figure>> MeasureFarAsync(CancellationToken cancellationToken) =>
        MeasureAsync("idle-queries-far", isFar: true, cancellationToken);

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(
        string name, bool isFar, CancellationToken cancellationToken)
    {
        var shape = new TopicOptions
        {
            Id = new(1),
            EpochLength = 100_000,
            WorkerWindow = 12,
            GroundTruthLag = 100_000,
            FirstOpening = 30,
        };
        await using var node = await NodeOnDevnet.StartAsync(
            Topics, shape, TimeSpan.FromMilliseconds(isFar ? 1_000 : 200), Endpoints, isFar, cancellationToken);
        var observer = node.Devnet.Observer;
        await node.Devnet.WaitForHeightAsync(shape.FirstOpening + shape.WorkerWindow + 1, cancellationToken);
        if (observer.Admitted.Count != Topics)
        {
            throw new InvalidOperationException(
                $"Only {observer.Admitted.Count} of {Topics} windows were answered before the idle time: "
                + "that is not the everyday state.");
        }

        await Task.Delay(Settling, cancellationToken);
        var before = observer.Queries.ToDictionary();
        await Task.Delay(Idle, cancellationToken);
        var asked = observer.Queries
            .Select(after => (Method: after.Key, Count: after.Value - before.GetValueOrDefault(after.Key)))
            .Where(call => call.Count > 0 && call.Method != Carrier)
            .ToArray();
        foreach (var (method, count) in asked)
        {
            Console.Error.WriteLine($"{name}: {count} × {method}");
        }

        var perTopicAndMinute = asked.Sum(call => call.Count) / (double)Topics / Idle.TotalMinutes;
        return
        [
            Figure.AtMost(MostPerTopicAndMinute, name, perTopicAndMinute, "queries per topic and minute"),
        ];
    }
}
