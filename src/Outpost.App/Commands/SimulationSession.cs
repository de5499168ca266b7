using Outpost.App.Simulations;
using Outpost.Simulation;

namespace Outpost.App.Commands;

/// <summary>Runs tasks, prints a line for each, what broke, and the sum.</summary>
internal sealed class SimulationSession(SimulationWorkers workers, CommandSurroundings surroundings, bool asJson)
{
    public async Task<int> RunAsync(
        IReadOnlyList<SimulationTask> tasks, bool shrinks, CancellationToken cancellationToken)
    {
        var total = new SimulationTotal();
        var began = surroundings.Time.GetTimestamp();
        await foreach (var report in workers.RunAsync(tasks, cancellationToken))
        {
            total.Add(report);
            Tell(report);
        }

        var seconds = surroundings.Time.GetElapsedTime(began).TotalSeconds;
        if (asJson)
        {
            surroundings.Out.WriteLine(total.ToJson(seconds));
        }
        else
        {
            surroundings.Out.WriteLine(total.ToLine(seconds));
            foreach (var reason in total.Reasons())
            {
                surroundings.Out.WriteLine(reason);
            }
        }

        if (shrinks && total.Bad.Count > 0)
        {
            await ShrinkAsync(tasks.First(task => task.Seed == total.Bad[0]), cancellationToken);
        }

        return total.Bad.Count == 0 ? ExitCode.Done : ExitCode.Missed;
    }

    private void Tell(SimulationReport report)
    {
        var to = asJson ? surroundings.Error : surroundings.Out;
        if (!asJson || !report.IsGood)
        {
            to.WriteLine($"seed {report.Seed}: {report}");
        }

        foreach (var violation in report.Violations)
        {
            to.WriteLine($"  {violation}");
        }
    }

    private async Task ShrinkAsync(SimulationTask task, CancellationToken cancellationToken)
    {
        surroundings.Error.WriteLine($"outpost: looking for fewer faults with which seed {task.Seed} breaks a promise");
        var small = await new PlanShrinker(workers, surroundings.Error.WriteLine).ShrinkAsync(task, cancellationToken);
        surroundings.Out.WriteLine($"# --seed {small.Seed} --days {small.Days} --topics {small.Topics} "
            + $"--nodes {small.Nodes} --plan with these lines:");
        foreach (var fault in small.Plan)
        {
            surroundings.Out.WriteLine(fault);
        }
    }
}
