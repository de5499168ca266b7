using Outpost.Simulation.Faults;

namespace Outpost.SimulationTests;

public sealed class DeterminismTests
{
    private static readonly TimeSpan Length = TimeSpan.FromHours(2);

    [Fact]
    public async Task One_seed_is_one_run_in_every_process()
    {
        // Two workers, so that each run has a process of its own.
        var task = Runs.Task(7, Plan(7));
        var reports = await Runs.AllAsync([task, task]);

        Assert.Equal(reports[0].Trace, reports[1].Trace);
        Assert.Equal(reports[0].Missed, reports[1].Missed);
        Assert.Equal(reports[0].Violations, reports[1].Violations);
    }

    [Fact]
    public async Task What_a_process_names_for_itself_is_not_in_the_trace()
    {
        // A full disk is told with the journal's name, which is another one in each process.
        var task = MatrixRow.Often("disk-full").Task(3);
        var reports = await Runs.AllAsync([task, task]);

        Assert.Equal(reports[0].Trace, reports[1].Trace);
    }

    [Fact]
    public async Task A_run_does_not_depend_on_the_runs_before_it_in_its_process()
    {
        var (other, task) = (Runs.Task(8, Plan(8)), Runs.Task(7, Plan(7)));
        var workers = new App.Simulations.SimulationWorkers(1, Path.Combine(AppContext.BaseDirectory, "outpost"));
        var traces = new List<string>();
        foreach (var tasks in new[] { new[] { task }, [other, task] })
        {
            await foreach (var report in workers.RunAsync(tasks, TestContext.Current.CancellationToken))
            {
                traces.Add(report.Trace);
            }
        }

        Assert.Equal(traces[0], traces[2]);
        Assert.NotEqual(traces[0], traces[1]);
    }

    [Fact]
    public void Equal_seeds_draw_equal_plans()
    {
        Assert.Equal(Plan(3), Plan(3));
        Assert.NotEqual(Plan(3), Plan(4));
    }

    private static string[] Plan(int seed) =>
        [.. MixedFaults.Draw(seed, Length, nodes: 3, topics: 4, intensity: 10).Select(fault => fault.ToString())];
}
