using Outpost.App.Simulations;
using Outpost.Simulation.Faults;

namespace Outpost.SimulationTests;

/// <summary>
/// Is the simulation worth its trust? Each of these breaks is put into a copy of the sources, which is built and
/// simulated: seeds, or rows of the fault matrix, that the shipped code passes must find it. One that is not found is a hole in the checker.
/// </summary>
public sealed class MutationTests(SourceCopy copy) : IClassFixture<SourceCopy>
{
    private const int Seeds = 24;
    private static readonly TimeSpan Length = TimeSpan.FromHours(3);
    /// <summary>Twenty times what the seeds take when nothing is broken.</summary>
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Breaks => [.. Mutations.All.Select(mutation => mutation.Name)];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Is_caught_by_the_simulation(string name)
    {
        using (copy.Break(Mutations.All.Single(mutation => mutation.Name == name)))
        {
            await copy.BuildAsync(BuildLimit);
            var (seed, violation) = await FirstBadAsync();

            Assert.True(seed is not null, $"{Seeds} seeds did not find it: {name}");
            TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}: {violation}");
        }
    }

    private async Task<(int? Seed, string? Violation)> FirstBadAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(RunLimit);
        var workers = new SimulationWorkers(Environment.ProcessorCount, copy.Program);
        var tasks = Enumerable.Range(1, Seeds).Select(seed => new SimulationTask(
            seed, Length.TotalDays, Topics: 6, Nodes: 3,
            [.. MixedFaults.Draw(seed, Length, nodes: 3, topics: 6, intensity: 8).Select(fault => fault.ToString())]));
        var rows = FaultMatrix.NoWindowIsLost.Select((fault, index) => FaultMatrix.Row(Seeds + 1 + index, fault));
        try
        {
            await foreach (var report in workers.RunAsync(tasks.Concat(rows), limit.Token))
            {
                if (!report.IsGood)
                {
                    return (report.Seed, report.Violations[0]);
                }

                if (report.Seed > Seeds && report.Missed.Count > 0)
                {
                    return (report.Seed, $"{FaultMatrix.NoWindowIsLost[report.Seed - Seeds - 1]}: windows are lost");
                }
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return (0, "the runs do not come to an end");
        }
        catch (WorkerException died)
        {
            // A break can make the node spin: the run says so, and ends.
            return (0, died.Message);
        }

        return (null, null);
    }
}
