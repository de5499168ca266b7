using Outpost.App.Simulations;

namespace Outpost.SimulationTests;

/// <summary>
/// Is the simulation worth its trust? Each of these breaks is put into a copy of the sources, which is built and run
/// through the row of the fault matrix that is there for it. The shipped code passes the same runs; one that the broken
/// code passes too is a hole in the checker.
/// </summary>
public sealed class MutationTests(SourceCopy copy, Unbroken unbroken)
    : IClassFixture<SourceCopy>, IClassFixture<Unbroken>
{
    /// <summary>Twenty times what the runs take when nothing is broken.</summary>
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Breaks => [.. Mutations.All.Select(mutation => mutation.Name)];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Is_caught_by_the_simulation(string name)
    {
        var mutation = Mutations.All.Single(mutation => mutation.Name == name);
        Assert.All(unbroken.Reports[mutation.Row], report => Assert.Empty(report.Violations));

        using (copy.Break(mutation))
        {
            await copy.BuildAsync(BuildLimit);
            var found = await FirstBadAsync(mutation.Row);

            Assert.True(found is not null, $"it passes {mutation.Row}");
            TestContext.Current.TestOutputHelper!.WriteLine(found);
        }
    }

    /// <summary>
    /// A promise that is broken, or a miss for a reason for which the shipped code misses none; null: neither.
    /// </summary>
    private async Task<string?> FirstBadAsync(MatrixRow row)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(RunLimit);
        var workers = new SimulationWorkers(Environment.ProcessorCount, copy.Program);
        try
        {
            await foreach (var report in workers.RunAsync(Unbroken.Tasks(row), limit.Token))
            {
                if (!report.IsGood)
                {
                    return $"seed {report.Seed}: {report.Violations[0]}";
                }

                var known = unbroken.Reports[row].SelectMany(shipped => shipped.Missed.Keys);
                if (report.Missed.Keys.Except(known).FirstOrDefault() is { } reason)
                {
                    return $"seed {report.Seed}: {reason}; {report}";
                }
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return "the runs do not come to an end";
        }
        catch (WorkerException died)
        {
            // A break can make the node spin: the run says so, and ends.
            return died.Message;
        }

        return null;
    }
}
