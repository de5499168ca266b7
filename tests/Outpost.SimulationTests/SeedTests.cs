using System.Globalization;
using Outpost.App.Simulations;
using Outpost.Simulation.Faults;

namespace Outpost.SimulationTests;

/// <summary>Many seeds, each with its own mix of faults; OUTPOST_SEEDS says how many.</summary>
public sealed class SeedTests
{
    private const int FewSeeds = 40;
    private static readonly TimeSpan Length = TimeSpan.FromHours(3);

    [Fact]
    public async Task No_seed_breaks_a_promise()
    {
        var count = int.Parse(
            Environment.GetEnvironmentVariable("OUTPOST_SEEDS") ?? $"{FewSeeds}", CultureInfo.InvariantCulture);
        var reports = await Runs.AllAsync(Enumerable.Range(1, count).Select(seed => new SimulationTask(
            seed, Length.TotalDays, Topics: 6, Nodes: 3,
            [.. MixedFaults.Draw(seed, Length, nodes: 3, topics: 6, intensity: 8).Select(fault => fault.ToString())])));

        var total = new SimulationTotal();
        foreach (var report in reports)
        {
            total.Add(report);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(total.ToLine(reports.Sum(report => report.Seconds)));
        var violations = string.Join('\n', reports.Where(report => !report.IsGood).Select(
            report => $"seed {report.Seed}: {report}\n  {string.Join("\n  ", report.Violations)}"));
        TestContext.Current.TestOutputHelper!.WriteLine(violations);
        Assert.True(reports.All(report => report.IsGood), violations);
        Assert.True(reports.Sum(report => report.Met) > 10 * count);
    }

    [Fact]
    public async Task Without_faults_no_window_is_missed()
    {
        var reports = await Runs.AllAsync(Enumerable.Range(1, 10).Select(seed => Runs.Task(seed)));

        Assert.All(reports, report =>
        {
            Assert.Empty(report.Violations);
            Assert.Equal(report.Duties, report.Met);
            Assert.True(report.Of("reputer").Met > 20, report.ToString());
            // Beside each inference of the topic that is served in every role, and alone.
            Assert.True(report.Forecasts > report.Of("forecaster").Met + 20, report.ToString());
        });
    }
}
