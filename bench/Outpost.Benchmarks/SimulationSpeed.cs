using Outpost.App.Simulations;
using Outpost.Simulation.Faults;

namespace Outpost.Benchmarks;

/// <summary>
/// How much faster than real time the shipped node runs in the simulation, with ten topics: one worker process, all of
/// its start and compilation included, without faults and with faults as on a bad day.
/// </summary>
internal static class SimulationSpeed
{
    private const double Days = 3;
    private const int Topics = 10;
    private const int Nodes = 3;
    private const double LeastSpeed = 20_000;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken) =>
    [
        await MeasureAsync("simulation-speed", [], cancellationToken),
        await MeasureAsync(
            "simulation-speed-faults",
            [.. MixedFaults.Draw(1, TimeSpan.FromDays(Days), Nodes, Topics, intensity: 1).Select(fault => $"{fault}")],
            cancellationToken),
    ];

    private static async Task<Figure> MeasureAsync(
        string name, IReadOnlyList<string> plan, CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "outpost");
        var speed = 0.0;
        await foreach (var report in new SimulationWorkers(1, program).RunAsync(
            [new SimulationTask(1, Days, Topics, Nodes, plan)], cancellationToken))
        {
            Console.Error.WriteLine($"{name}: {report}");
            speed = report.Speed;
        }

        return Figure.AtLeast(LeastSpeed, name, speed, "times real time");
    }
}
