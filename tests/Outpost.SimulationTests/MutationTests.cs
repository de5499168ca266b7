using Outpost.App.Simulations;
using Outpost.Simulation.Faults;

namespace Outpost.SimulationTests;

/// <summary>
/// Is the simulation worth its trust? Each of these breaks is put into a copy of the sources, which is built and
/// simulated: the same seeds that the shipped code passes must find it. One that is not found is a hole in the checker.
/// </summary>
public sealed class MutationTests
{
    private const int Seeds = 24;
    private static readonly TimeSpan Length = TimeSpan.FromHours(3);
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Every_break_is_caught_by_the_simulation()
    {
        using var copy = SourceCopy.Make();
        var uncaught = new List<string>();
        foreach (var mutation in Mutations.All)
        {
            using (copy.Break(mutation))
            {
                await copy.BuildAsync(BuildLimit);
                var (seed, violation) = await FirstBadAsync(copy.Program);
                TestContext.Current.TestOutputHelper!.WriteLine(seed is null
                    ? $"NOT CAUGHT  {mutation.Name}"
                    : $"caught      {mutation.Name}, by seed {seed}: {violation}");
                if (seed is null)
                {
                    uncaught.Add(mutation.Name);
                }
            }
        }

        Assert.True(uncaught.Count == 0, $"not caught by {Seeds} seeds: {string.Join(", ", uncaught)}");
    }

    private static async Task<(int? Seed, string? Violation)> FirstBadAsync(string program)
    {
        var workers = new SimulationWorkers(Environment.ProcessorCount, program);
        var tasks = Enumerable.Range(1, Seeds).Select(seed => new SimulationTask(
            seed, Length.TotalDays, Topics: 6, Nodes: 3,
            [.. MixedFaults.Draw(seed, Length, nodes: 3, topics: 6, intensity: 8).Select(fault => fault.ToString())]));
        await foreach (var report in workers.RunAsync(tasks, TestContext.Current.CancellationToken))
        {
            if (!report.IsGood)
            {
                return (report.Seed, report.Violations[0]);
            }
        }

        return (null, null);
    }
}
