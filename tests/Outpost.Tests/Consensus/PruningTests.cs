using System.Text;
using System.Text.RegularExpressions;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Service;
using Outpost.Consensus.Store;

namespace Outpost.Tests.Consensus;

/// <summary>Old votes leave the store; what they came to stays.</summary>
public sealed class PruningTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Verdict_record_and_proofs_outlive_the_votes(bool onPostgres)
    {
        var database = onPostgres ? await server.NewDatabaseAsync() : null;
        await using var world = await ServiceWorld.StartAsync(
            options => Unlimited(options) with { Store = database ?? options.Store });
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "W");
        await world.SubmitAsync("A", "V");
        await world.SubmitAsync("B", "X");
        await world.SubmitAsync("C", "X");
        await RecordedAsync(world, 1);
        world.Time.Advance(Kept - TimeSpan.FromMinutes(5));
        Assert.Contains("\"COUNTED\"", (await world.GetAsync("/metrics/P/1010/submissionStatus")).Body, StringComparison.Ordinal);

        world.Time.Advance(TimeSpan.FromMinutes(10));
        await PrunedAsync(world, 1);
        var project = await world.Host.Store.ProjectAsync("P", ServiceWorld.Stop);
        Assert.Empty(await world.Host.Store.VotesAsync(new RoundKey(project!.Id, 1010), ServiceWorld.Stop));
        await AssertPrunedAsync(world);
        await world.RestartAsync();
        await AssertPrunedAsync(world);
    }

    [Fact]
    public async Task A_vote_that_comes_in_time_for_a_round_whose_votes_stay_is_taken()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        world.Time.Advance(Kept + Kept);

        // Old as the epoch is, nobody has voted on it: its window begins now.
        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.SubmitAsync("A", "X")).Body));
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAsync("B", "X")).Body));
    }

    [Fact]
    public async Task Many_epochs_leave_no_more_votes_and_no_more_rounds_in_memory_than_a_few()
    {
        const int Epochs = 160;
        await using var world = await ServiceWorld.StartAsync(options => Unlimited(options) with { HistoryLength = 50 });
        await world.RegisterAsync("ABC");
        var (mostRounds, mostVotes) = (0L, 0L);
        using var file = SqliteFile.Open(world.StorePath, isReadOnly: true);
        for (var number = 1; number <= Epochs; number++)
        {
            var end = 1000 + number * 10;
            await world.ReleaseAsync(end);
            foreach (var alias in "ABC")
            {
                await world.SubmitAsync(alias.ToString(), $"X{end}", end);
            }

            if (number % 20 == 0)
            {
                await RecordedAsync(world, number);
            }

            world.Time.Advance(TimeSpan.FromMinutes(10));
            if (number % 20 == 0)
            {
                // Epochs of the last two hours and those twenty that came since they were looked for.
                await PrunedAsync(world, Math.Max(0, number - 20 - 14));
                mostRounds = Math.Max(mostRounds, await GaugeAsync(world, "rounds_held"));
                mostVotes = Math.Max(mostVotes, file.Number("SELECT count(*) FROM vote"));
            }
        }

        // An hour has six epochs, the two for which votes are kept have twelve.
        Assert.InRange(mostRounds, 1, 60);
        Assert.InRange(mostVotes, 3, 3 * 60);
        Assert.Equal(Epochs, file.Number("SELECT count(*) FROM round WHERE choice IS NOT NULL"));
        Assert.Equal(Epochs, file.Number("SELECT count(*) FROM record"));
        Assert.Equal(Epochs, file.Number("SELECT count(*) FROM cid"));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Epochs} epochs: at most {mostRounds} rounds in memory and {mostVotes} votes in the store");
    }

    private static ConsensusOptions Unlimited(ConsensusOptions options) =>
        options with { PublicRateLimit = "1000000/second", VotesKept = Kept };

    private static async Task AssertPrunedAsync(ServiceWorld world)
    {
        var (status, body) = await world.SubmitAsync("A", "X");
        Assert.Equal(400, status);
        Assert.Contains("\"reason\":\"pruned\"", body, StringComparison.Ordinal);
        var (many, list) = await world.PostAsync("/submitSnapshots", new[] { ServiceWorld.Snapshot("B", "X") });
        Assert.Equal(200, many);
        Assert.Contains("\"reason\":\"pruned\"", list, StringComparison.Ordinal);
        Assert.Contains("\"finalizedSnapshotCID\":\"X\"",
            (await world.PostAsync("/checkForSnapshotConfirmation", ServiceWorld.Snapshot("B", "X"))).Body, StringComparison.Ordinal);
        Assert.Contains("are removed", (await world.GetAsync("/metrics/P/1010/submissionStatus")).Body, StringComparison.Ordinal);
        var verdict = (await world.GetAsync("/verdicts/P/1010")).Body;
        var report = ProofCheck.Of(Encoding.UTF8.GetBytes(verdict), world.Host.Key);
        Assert.Empty(report.Problems);
        Assert.Contains("P, epoch 1001-1010: X with 2 of 3 votes, 3 might vote.", report.Checked);
    }

    private static Task RecordedAsync(ServiceWorld world, long count) => UntilAsync(world, "records_total", count);

    private static Task PrunedAsync(ServiceWorld world, long count) => UntilAsync(world, "pruned_rounds_total", count);

    private static async Task UntilAsync(ServiceWorld world, string name, long count)
    {
        for (var i = 0; await GaugeAsync(world, name) < count; i++)
        {
            // Both loops rest by the clock that stands still here.
            Assert.True(i < 1000, $"{name} is {await GaugeAsync(world, name)}, not {count}");
            world.Time.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ServiceWorld.Stop);
        }
    }

    private static async Task<long> GaugeAsync(ServiceWorld world, string name) => long.Parse(
        Regex.Match((await world.GetAsync("/prometheus")).Body, $"\noutpost_consensus_{name} ([0-9]+)\n").Groups[1].Value,
        System.Globalization.CultureInfo.InvariantCulture);
}
