using System.Text.Json;
using Outpost.Simulation;

namespace Outpost.App.Simulations;

/// <summary>
/// The inside of a worker process: runs the simulations whose lines it reads, one after the other, and writes a line
/// for each. Its thread pool has one thread; that is why it is a process of its own.
/// </summary>
internal static class SimulationWorker
{
    public static async Task<bool> RunAsync(TextReader tasks, TextWriter reports, CancellationToken cancellationToken)
    {
        if (!SimulationRun.TryPrepare())
        {
            return false;
        }

        while (tasks.ReadLine() is { } line)
        {
            var report = await RunAsync(SimulationTask.FromJson(line), reports, cancellationToken);
            reports.WriteLine(JsonSerializer.Serialize(report, SimulationTask.Form));
            reports.Flush();
        }

        return true;
    }

    private static async Task<SimulationReport> RunAsync(
        SimulationTask task, TextWriter reports, CancellationToken cancellationToken)
    {
        void DayPassed(int day)
        {
            reports.WriteLine($"seed {task.Seed}: day {day} of {task.Days:0.##}");
            reports.Flush();
        }

        if (task.StepsFile is null)
        {
            return await SimulationRun.RunAsync(task.ToOptions(steps: null, DayPassed), cancellationToken);
        }

        using var steps = new StreamWriter(task.StepsFile) { AutoFlush = true };
        return await SimulationRun.RunAsync(task.ToOptions(steps, DayPassed), cancellationToken);
    }
}
