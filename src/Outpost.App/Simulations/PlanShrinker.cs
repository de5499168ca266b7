namespace Outpost.App.Simulations;

/// <summary>
/// Finds a smaller plan with which a run still breaks an invariant: leaves out ever smaller parts of it as long as
/// that works (delta debugging, Zeller and Hildebrandt 2002).
/// </summary>
internal sealed class PlanShrinker(SimulationWorkers workers, Action<string> progress)
{
    /// <summary>However large the plan, it ends.</summary>
    private const int MostRuns = 400;

    public async Task<SimulationTask> ShrinkAsync(SimulationTask task, CancellationToken cancellationToken)
    {
        var parts = 2;
        for (var runs = 0; task.Plan.Count > 1 && runs < MostRuns; runs += parts)
        {
            var size = (task.Plan.Count + parts - 1) / parts;
            if (await SmallerAsync(task, size, cancellationToken) is { } smaller)
            {
                task = smaller;
                parts = Math.Max(2, parts - 1);
                progress($"{task.Plan.Count} faults left");
            }
            else if (size == 1)
            {
                break;
            }
            else
            {
                parts = Math.Min(task.Plan.Count, parts * 2);
            }
        }

        return task;
    }

    /// <summary>The task without one of its parts, still bad; null when each part is needed.</summary>
    private async Task<SimulationTask?> SmallerAsync(
        SimulationTask task, int size, CancellationToken cancellationToken)
    {
        foreach (var part in task.Plan.Chunk(size))
        {
            var without = task with { Plan = [.. task.Plan.Except(part)] };
            await foreach (var report in workers.RunAsync([without], cancellationToken))
            {
                if (!report.IsGood)
                {
                    return without;
                }
            }
        }

        return null;
    }
}
