using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Service;
using Outpost.Consensus.Store;

namespace Outpost.Tests.Consensus;

/// <summary>Services on one PostgreSQL database come to one verdict.</summary>
public sealed class PostgresTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_service_on_postgres_keeps_votes_and_verdicts_over_a_restart()
    {
        await using var world = await OnPostgresAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("A", "Y");
        await world.RestartAsync();
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAsync("B", "X")).Body));
        var project = await world.Host.Store.ProjectAsync("P", ServiceWorld.Stop);
        var votes = await world.Host.Store.VotesAsync(new RoundKey(project!.Id, 1010), ServiceWorld.Stop);
        Assert.Equal(["A X Counted", "B X Counted", "A Y "], votes.Select(vote => $"{vote.Alias} {vote.Cid} {vote.Standing}"));
        Assert.Equal((200, """["P"]"""), await world.GetAsync("/metrics/projects"));
        Assert.Contains("\"finalized\":true", (await world.GetAsync("/metrics/P/epochs")).Body, StringComparison.Ordinal);
        Assert.Contains("\"projectsFinalized\":1", (await world.GetAsync("/epochDetails")).Body, StringComparison.Ordinal);
        Assert.Contains("\"equivocations\":[\"Y\"]",
            (await world.GetAsync("/metrics/P/1010/submissionStatus")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_services_on_one_database_count_each_vote_once_and_agree()
    {
        await using var world = await OnPostgresAsync();
        await world.RegisterAsync("ABCDEFGHIJ");
        await world.ReleaseAsync(1010);
        await using var second = await ConsensusHost.StartAsync(
            world.Options, world.Time, new Random(2), NullLoggerFactory.Instance, ServiceWorld.Stop);
        var first = world.Host;

        // The same votes at both, at once; then different first votes of one snapshotter at each.
        ConsensusHost[] hosts = [first, second];
        var answers = await Task.WhenAll("ABCDEF".SelectMany(alias => hosts.Select(
            host => world.SubmitAtAsync(host, alias.ToString(), "X"))));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        await Task.WhenAll(world.SubmitAtAsync(first, "G", "X"), world.SubmitAtAsync(second, "G", "Y"));
        var project = await first.Store.ProjectAsync("P", ServiceWorld.Stop);
        var key = new RoundKey(project!.Id, 1010);
        var votes = await second.Store.VotesAsync(key, ServiceWorld.Stop);
        Assert.Equal("ABCDEFG", string.Concat(votes.Where(vote => vote.Standing is not null).Select(vote => vote.Alias).Order()));
        Assert.Single(votes, vote => vote.Standing is null);

        var last = await world.SubmitAtAsync(second, "H", "X");
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf(last.Body));
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAtAsync(first, "I", "Z")).Body));
        var round = await first.Store.RoundAsync(key, ServiceWorld.Stop);
        Assert.Equal(new Verdict.Finalized("X"), round!.Decision!.Verdict);
    }

    [Fact]
    public async Task A_vote_at_one_service_and_the_deciding_one_at_another_make_one_verdict_that_both_tell()
    {
        await using var world = await OnPostgresAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await using var second = await ConsensusHost.StartAsync(
            world.Options, world.Time, new Random(2), NullLoggerFactory.Instance, ServiceWorld.Stop);
        var decided = 0;
        foreach (var host in (ConsensusHost[])[world.Host, second])
        {
            host.Committed += changes => Interlocked.Add(ref decided, changes.Count(change => change is Change.Decided));
        }

        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.SubmitAtAsync(world.Host, "A", "X")).Body));
        var deciding = await world.SubmitAtAsync(second, "B", "X");
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf(deciding.Body));
        foreach (var host in (ConsensusHost[])[world.Host, second])
        {
            Assert.Equal(deciding, await world.SubmitAtAsync(host, "A", "X"));
            var asked = new Uri(host.Address, "/checkForSnapshotConfirmation").ToString();
            Assert.Equal(deciding, await world.PostAsync(asked, ServiceWorld.Snapshot("B", "X")));
        }

        // The window's end and the other's look for rounds that nobody closed change nothing.
        for (var seconds = 0; seconds < 70; seconds++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await world.SubmitAtAsync(world.Host, "C", "X");
        await world.SubmitAtAsync(second, "C", "X");
        var key = new RoundKey((await second.Store.ProjectAsync("P", ServiceWorld.Stop))!.Id, 1010);
        Assert.Equal(
            await world.Host.Store.RoundAsync(key, ServiceWorld.Stop), await second.Store.RoundAsync(key, ServiceWorld.Stop));
        Assert.Equal(1, decided);
    }

    [Fact]
    public async Task A_round_whose_service_is_gone_is_closed_by_the_other()
    {
        await using var world = await OnPostgresAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await using var second = await ConsensusHost.StartAsync(
            world.Options, world.Time, new Random(2), NullLoggerFactory.Instance, ServiceWorld.Stop);
        await world.SubmitAsync("A", "X");
        await world.Host.DisposeAsync();
        var project = await second.Store.ProjectAsync("P", ServiceWorld.Stop);
        var key = new RoundKey(project!.Id, 1010);
        StoredRoundOf(await second.Store.RoundAsync(key, ServiceWorld.Stop), isDecided: false);
        world.Time.Advance(TimeSpan.FromSeconds(62));
        for (var i = 0; i < 400 && (await second.Store.RoundAsync(key, ServiceWorld.Stop))!.Decision is null; i++)
        {
            world.Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ServiceWorld.Stop);
        }

        StoredRoundOf(await second.Store.RoundAsync(key, ServiceWorld.Stop), isDecided: true);
        await world.StartHostAsync();
    }

    private static void StoredRoundOf(StoredRound? round, bool isDecided) =>
        Assert.Equal(isDecided, round!.Decision is not null);

    private async Task<ServiceWorld> OnPostgresAsync()
    {
        var database = await server.NewDatabaseAsync();
        return await ServiceWorld.StartAsync(options => options with { Store = database });
    }
}
