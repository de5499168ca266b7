using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Service;
using Outpost.Consensus.Store;

namespace Outpost.Tests.Consensus;

/// <summary>An epoch whose blocks the chain has left is released anew, and voted on anew.</summary>
public sealed class ReleasedAnewTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly Epoch Left = new(1001, 1010);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Votes_and_verdict_of_the_former_blocks_are_void_and_kept(bool onPostgres)
    {
        await using var world = await StartAsync(onPostgres);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("A", "W");
        await world.SubmitAsync("B", "X");
        await AnsweredAsync(world, "/verdicts/P/1010");
        await ReleaseAnewAsync(world);

        Assert.Contains("NO_CONSENSUS", (await StateAsync(world)).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await world.GetAsync("/verdicts/P/1010")).Status);
        Assert.Equal(404, (await world.GetAsync("/metrics/P/1010/submissionStatus")).Status);
        Assert.Contains("\"lastBlockHash\":\"0xdef\",\"releases\":2,\"invalidatedAt\":null",
            (await world.GetAsync("/epochDetails?epoch=1010")).Body, StringComparison.Ordinal);

        await world.RestartAsync();
        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.SubmitAsync("A", "Y")).Body));
        Assert.Contains("\"finalizedSnapshotCID\":\"Y\"", (await world.SubmitAsync("B", "Y")).Body, StringComparison.Ordinal);
        var json = await AnsweredAsync(world, "/verdicts/P/1010");
        Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key).Problems);
        Assert.Contains("\"lastBlockHash\":\"0xdef\"", json, StringComparison.Ordinal);
        Assert.Contains("\"index\":1", json, StringComparison.Ordinal);
        if (!onPostgres)
        {
            using var file = SqliteFile.Open(world.StorePath, isReadOnly: true);
            Assert.Equal(["X|1|1", "X|1|1"], file.Prepare("SELECT cid, release, standing FROM former_vote WHERE standing IS NOT NULL")
                .Rows(row => $"{row.Text(0)}|{row.Int(1)}|{row.Int(2)}"));
            Assert.Equal(1, file.Number("SELECT count(*) FROM former_vote WHERE standing IS NULL AND cid = 'W'"));
            Assert.Equal(1, file.Number("SELECT count(*) FROM former_round WHERE cid = 'X' AND record IS NOT NULL"));
        }
    }

    [Fact]
    public async Task A_round_that_was_open_comes_to_no_verdict_on_the_former_blocks()
    {
        await using var world = await StartAsync(onPostgres: false);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        world.Time.Advance(TimeSpan.FromSeconds(30));
        await ReleaseAnewAsync(world);
        await world.SubmitAsync("B", "Y");

        // The former window is over; that of the new round is not.
        world.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAsync("A", "Y")).Body));
        Assert.Contains("\"finalizedSnapshotCID\":\"Y\"", (await StateAsync(world)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_windows_begin_with_the_release_all_rounds_open_anew()
    {
        await using var world = await StartAsync(
            onPostgres: false, options => options with { WindowStart = WindowStart.EpochRelease });
        await world.RegisterAsync("AB");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await using var reader = await EventReader.OpenAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(world.Host.Address, "/events")));
        world.Time.Advance(TimeSpan.FromSeconds(59));
        await ReleaseAnewAsync(world);

        var events = await reader.ReadAsync(3);
        Assert.Equal(["epochInvalidated", "epochReleased", "roundOpened"], events.Select(one => one.Name));
        Assert.Contains("\"lastBlockHash\":\"0xdef\",\"releases\":2", events[1].Data, StringComparison.Ordinal);
        await world.PassAsync(TimeSpan.FromSeconds(61));
        var project = await world.Host.Store.ProjectAsync("P", ServiceWorld.Stop);
        var round = await world.Host.Store.RoundAsync(new RoundKey(project!.Id, 1010), ServiceWorld.Stop);
        Assert.Equal(new Verdict.Indeterminate(Disagreement.TooFewVotes), round!.Decision!.Verdict);
    }

    [Fact]
    public async Task A_second_service_forgets_what_it_holds_of_a_round_that_became_void()
    {
        await using var world = await StartAsync(onPostgres: true);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await using var second = await ConsensusHost.StartAsync(
            world.Options, world.Time, new Random(2), NullLoggerFactory.Instance, ServiceWorld.Stop);
        await world.SubmitAtAsync(second, "A", "X");
        await ReleaseAnewAsync(world);

        // The other service learns of the release by its own look; a vote that comes before is one on the new round.
        world.Time.Advance(TimeSpan.FromMilliseconds(600));
        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.SubmitAtAsync(second, "B", "X")).Body));
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAtAsync(world.Host, "C", "X")).Body));
        var project = await second.Store.ProjectAsync("P", ServiceWorld.Stop);
        var votes = await second.Store.VotesAsync(new RoundKey(project!.Id, 1010), ServiceWorld.Stop);
        Assert.Equal(["B Counted", "C Counted"], votes.Select(vote => $"{vote.Alias} {vote.Standing}"));

        // A service that is late releases it anew too: that changes nothing.
        await second.Epochs.ReleaseAsync(ServiceWorld.Stream, Left, "0xdef", ServiceWorld.Stop);
        Assert.Equal(2, (await second.Store.VotesAsync(new RoundKey(project.Id, 1010), ServiceWorld.Stop)).Count);
    }

    [Fact]
    public async Task Other_streams_keep_their_rounds_on_an_epoch_with_the_same_end()
    {
        var other = new EpochStream(137, 10, 2);
        await using var world = await StartAsync(onPostgres: false, options => options with
        {
            Streams = [ServiceWorld.Stream, other],
            ProjectStreams = new Dictionary<string, EpochStream>(StringComparer.Ordinal) { ["Q"] = other },
        });
        await world.RegisterAsync("AB");
        foreach (var alias in new[] { "A", "B" })
        {
            await world.PostAsync("/registerProjectPeer", new { projectID = "Q", instanceID = ServiceWorld.IdOf(alias) });
        }

        await world.ReleaseAsync(1010);
        await world.Host.Epochs.ReleaseAsync(other, Left, "0x137", ServiceWorld.Stop);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("A", "X", project: "Q");
        await ReleaseAnewAsync(world);
        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.SubmitAsync("B", "X")).Body));
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAsync("B", "X", project: "Q")).Body));

        Assert.Contains("\"chainId\":1,", (await world.GetAsync("/currentEpoch")).Body, StringComparison.Ordinal);
        Assert.Contains("\"chainId\":137,", (await world.GetAsync("/currentEpoch?stream=137")).Body, StringComparison.Ordinal);
        Assert.Contains("\"chainId\":137,", (await world.GetAsync("/currentEpoch?stream=137/10/2")).Body, StringComparison.Ordinal);
        Assert.Contains("\"lastBlockHash\":\"0x137\"", (await world.GetAsync("/epochDetails?stream=137")).Body, StringComparison.Ordinal);
        Assert.Equal((404, """{"message":"There is no such stream; there are 1/10/2, 137/10/2."}"""),
            await world.GetAsync("/currentEpoch?stream=5"));
        Assert.Equal(404, (await world.GetAsync("/epochDetails?stream=5")).Status);
    }

    private static async Task ReleaseAnewAsync(ServiceWorld world)
    {
        Assert.True(await world.Host.Epochs.InvalidateAsync(ServiceWorld.Stream, Left, ServiceWorld.Stop));
        var anew = await world.Host.Epochs.ReleaseAsync(ServiceWorld.Stream, Left, "0xdef", ServiceWorld.Stop);
        Assert.Equal((2, "0xdef", null), (anew.Releases, anew.LastBlockHash, anew.InvalidatedAt));
    }

    private static Task<(int Status, string Body)> StateAsync(ServiceWorld world) => world.PostAsync("/epochStatus",
        new { instanceID = ServiceWorld.IdOf("A"), projectID = "P", epoch = new { begin = 1001, end = 1010 } });

    private static async Task<string> AnsweredAsync(ServiceWorld world, string path)
    {
        for (var i = 0; ; i++)
        {
            var (status, body) = await world.GetAsync(path);
            if (status == 200 || i == 1000)
            {
                Assert.Equal(200, status);
                return body;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ServiceWorld.Stop);
        }
    }

    private async Task<ServiceWorld> StartAsync(bool onPostgres, Func<ConsensusOptions, ConsensusOptions>? with = null)
    {
        var database = onPostgres ? await server.NewDatabaseAsync() : null;
        return await ServiceWorld.StartAsync(options =>
        {
            var unlimited = options with { PublicRateLimit = "1000000/second", Store = database ?? options.Store };
            return with?.Invoke(unlimited) ?? unlimited;
        });
    }
}
