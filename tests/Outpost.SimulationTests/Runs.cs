using Outpost.App.Simulations;
using Outpost.Simulation;

namespace Outpost.SimulationTests;

/// <summary>Runs simulations in worker processes of the program that was built beside these tests.</summary>
internal static class Runs
{
    /// <summary>Two hours with four topics and three endpoints, unless a test says otherwise.</summary>
    public static SimulationTask Task(int seed, params IReadOnlyList<string> plan) => new(seed, 2.0 / 24, 4, 3, plan);

    public static async Task<SimulationReport> OneAsync(SimulationTask task) => (await AllAsync([task]))[0];

    /// <summary>Side by side on all processors, in the order of their seeds.</summary>
    public static async Task<IReadOnlyList<SimulationReport>> AllAsync(
        IEnumerable<SimulationTask> tasks, string? program = null)
    {
        var workers = new SimulationWorkers(Environment.ProcessorCount, program ?? Program);
        var reports = new List<SimulationReport>();
        await foreach (var report in workers.RunAsync(tasks, TestContext.Current.CancellationToken))
        {
            reports.Add(report);
        }

        return [.. reports.OrderBy(report => report.Seed)];
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "outpost");
}
