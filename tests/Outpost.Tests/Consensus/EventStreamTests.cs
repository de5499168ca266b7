using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Push;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Tests.Node;

namespace Outpost.Tests.Consensus;

public sealed class EventStreamTests
{
    [Fact]
    public async Task All_that_happens_is_told_in_its_order()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("ABC");
        await using var events = await ListenAsync(world);
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("A", "Y");
        await world.SubmitAsync("B", "X");
        await world.SubmitAsync("C", "X");
        await world.Host.Epochs.InvalidateAsync(ServiceWorld.Stream, new Epoch(1001, 1010), ServiceWorld.Stop);

        var told = await events.ReadAsync(8);
        Assert.Equal(
            ["epochReleased", "roundOpened", "vote", "equivocation", "vote", "finalized", "vote", "epochInvalidated"],
            told.Select(one => one.Name));
        Assert.Equal(told.Select(one => one.Id).Order(), told.Select(one => one.Id));
        Assert.Equal(told.Count, told.Select(one => one.Id).Distinct().Count());
        Assert.Contains("\"epoch\":{\"begin\":1001,\"end\":1010},\"releasedAt\":", told[0].Data, StringComparison.Ordinal);
        Assert.Contains("\"eligible\":3", told[1].Data, StringComparison.Ordinal);
        Assert.Contains("\"snapshotter\":\"A\",\"choice\":0", told[2].Data, StringComparison.Ordinal);
        Assert.Contains("\"snapshotter\":\"A\",\"choice\":1", told[3].Data, StringComparison.Ordinal);
        Assert.Contains("\"cid\":\"X\"", told[5].Data, StringComparison.Ordinal);
        Assert.Contains("\"standing\":\"afterVerdict\"", told[6].Data, StringComparison.Ordinal);

        // Until the verdict nobody hears what was voted for, so nobody can copy it; and identities never.
        Assert.DoesNotContain(told.Take(5), one => one.Data.Contains("\"X\"", StringComparison.Ordinal));
        Assert.DoesNotContain(told, one => one.Data.Contains("uuid", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_round_without_a_winner_is_told_too()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("AB");
        await world.ReleaseAsync(1010);
        await using var events = await ListenAsync(world);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "Y");
        await world.PassAsync(TimeSpan.FromSeconds(61));

        var told = await events.ReadAsync(4);
        Assert.Equal("indeterminate", told[3].Name);
        Assert.Contains("\"why\":\"tie\"", told[3].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_back_goes_on_where_it_was()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        long last;
        await using (var events = await ListenAsync(world))
        {
            await world.SubmitAsync("A", "X");
            last = (await events.ReadAsync(2))[1].Id;
        }

        await world.SubmitAsync("B", "Y");
        await world.SubmitAsync("C", "X");
        await using var again = await ListenAsync(world, last);
        Assert.Equal(["vote B", "vote C", "finalized "],
            (await again.ReadAsync(3)).Select(one => $"{one.Name} {Snapshotter(one.Data)}"));
    }

    [Fact]
    public async Task Who_was_away_over_a_restart_has_to_look_anew()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        long last;
        await using (var events = await ListenAsync(world))
        {
            await world.SubmitAsync("A", "X");
            last = (await events.ReadAsync(2))[1].Id;
        }

        world.Time.Advance(TimeSpan.FromSeconds(1));
        await world.RestartAsync();
        await using var again = await ListenAsync(world, last);
        await world.SubmitAsync("B", "Y");
        var told = await again.ReadAsync(2);
        Assert.Equal(["reset", "vote"], told.Select(one => one.Name));
        Assert.True(told[0].Id > last && told[1].Id > told[0].Id);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("99999999999999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("0")]
    public async Task A_number_that_was_never_given_is_answered_by_a_reset(string number)
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("A");
        await using var events = await ListenAsync(world, number);

        Assert.Equal("reset", (await events.ReadAsync(1))[0].Name);
    }

    [Fact]
    public async Task Only_one_project_is_told_when_only_one_is_asked_for()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("A");
        await world.PostAsync("/registerProjectPeer", new { projectID = "Q", instanceID = ServiceWorld.IdOf("A") });
        await using var events = await ListenAsync(world, query: "?project=Q");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("A", "X", 1010, "Q");

        var told = await events.ReadAsync(4);
        Assert.Equal(["epochReleased", "roundOpened", "vote", "finalized"], told.Select(one => one.Name));
        Assert.All(told.Skip(1), one => Assert.Contains("\"project\":\"Q\"", one.Data, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_silent_stream_shows_that_it_lives()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await using var events = await ListenAsync(world);
        await events.ReadHeartbeatAsync(() => world.Time.Advance(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task The_service_stops_though_somebody_listens()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await using var events = await ListenAsync(world);
        await world.RestartAsync().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, ServiceWorld.Stop);
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_let_go()
    {
        var time = new ManualTime();
        using var streams = new EventStreams(new EventRing(1, 8), new EventText(NoNames()), time);
        await using var body = new StuckStream();
        var http = new DefaultHttpContext { Response = { Body = body } };
        using var lifetime = new Lifetime();
        http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        var serving = streams.ServeAsync(http, null);
        Assert.Equal(1, streams.Readers);
        Assert.False(serving.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(await serving.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, ServiceWorld.Stop));
        Assert.True(http.RequestAborted.IsCancellationRequested);
        Assert.Equal(0, streams.Readers);
    }

    [Fact]
    public async Task A_reader_that_is_overtaken_is_told_to_look_anew()
    {
        var time = new ManualTime();
        using var streams = new EventStreams(new EventRing(1, 8), new EventText(NoNames()), time);
        await using var body = new StuckStream();
        var serving = streams.ServeAsync(new DefaultHttpContext { Response = { Body = body } }, null);
        var released = new Change.EpochReleased(ServiceWorld.Stream, new ReleasedEpoch(new Epoch(1, 10), default, null));
        streams.Tell([.. Enumerable.Repeat(released, 20)]);
        body.Release();
        for (var i = 0; !body.Text.Contains("event: reset", StringComparison.Ordinal); i++)
        {
            Assert.True(i < 500, body.Text);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ServiceWorld.Stop);
        }

        Assert.Contains("id: 20\nevent: reset\ndata: {\"newest\":20}\n\n", body.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("epochReleased", body.Text, StringComparison.Ordinal);
        streams.Stop();
        await serving;
    }

    [Fact]
    public void A_ring_keeps_the_newest_and_says_when_older_ones_are_gone()
    {
        var ring = new EventRing(100, 4);
        Assert.Equal(99, ring.Newest);
        Assert.Equal([], ring.After(99, 10));
        Assert.Null(ring.After(98, 10));
        Assert.Null(ring.After(100, 10));
        var waiting = ring.MoreAsync(99);
        Assert.False(waiting.IsCompleted);
        ring.Add([.. Enumerable.Range(0, 6).Select(Issue)]);

        Assert.True(waiting.IsCompleted);
        Assert.Equal(105, ring.Newest);
        Assert.Null(ring.After(100, 10));
        Assert.Equal([102L, 103, 104, 105], ring.After(101, 10)!.Select(one => one.Id));
        Assert.Equal([4, 5], ring.After(103, 10)!.Select(one => ((Change.IssueReported)one.Change).Snapshotter));
        Assert.Equal([102L, 103], ring.After(101, 2)!.Select(one => one.Id));
        Assert.True(ring.MoreAsync(104).IsCompleted);
        Assert.False(ring.MoreAsync(105).IsCompleted);
    }

    /// <summary>A connection that knows whether it was cut.</summary>
    private sealed class Lifetime : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource _aborted = new();

        public CancellationToken RequestAborted
        {
            get => _aborted.Token;
            set => throw new NotSupportedException();
        }

        public void Abort() => _aborted.Cancel();

        public void Dispose() => _aborted.Dispose();
    }

    private static Names NoNames() => new(new SnapshotterDirectory(TimeProvider.System));

    private static Change Issue(int number) => new Change.IssueReported(number, default, "{}");

    private static string Snapshotter(string data)
    {
        using var json = System.Text.Json.JsonDocument.Parse(data);
        return json.RootElement.TryGetProperty("snapshotter", out var alias) ? alias.GetString()! : "";
    }

    private static Task<EventReader> ListenAsync(ServiceWorld world, long? last = null, string query = "") =>
        ListenAsync(world, last?.ToString(System.Globalization.CultureInfo.InvariantCulture), query);

    private static async Task<EventReader> ListenAsync(ServiceWorld world, string? last, string query = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(world.Host.Address, $"/events{query}"));
        if (last is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        return await EventReader.OpenAsync(request);
    }

    // Tests ask faster than anybody, and their clock stands still.
    private static ConsensusOptions Unlimited(ConsensusOptions options) =>
        options with { PublicRateLimit = "1000000/second" };
}
