using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Outpost.Devnet;
using Outpost.Node.Duties;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Snapshots;
using Outpost.Tests.Consensus;

namespace Outpost.Tests.Snapshots;

/// <summary>Snapshotters on a chain in memory, before a real consensus service.</summary>
public sealed class SnapshotHostTests : IAsyncLifetime
{
    private static readonly Epoch First = new(1001, 1010);
    private static readonly Epoch Second = new(1011, 1020);

    private readonly EvmDevnet _devnet = new(new EvmDevnetOptions(), TimeProvider.System);
    private ServiceWorld _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _devnet.Extend(1100);
        _service = await ServiceWorld.StartAsync();
        foreach (var alias in "ABC")
        {
            await _service.AddAsync(alias.ToString());
        }

        await _service.RestartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _devnet.DisposeAsync();
    }

    [Fact]
    public async Task Three_snapshotters_agree_and_each_knows_it()
    {
        await using var a = Snapshotter("A");
        await using var b = Snapshotter("B");
        await using var c = Snapshotter("C");
        await StartAsync(a, b, c);
        await _service.ReleaseAsync(First.End);

        var entries = await a.EntriesAsync(First, SnapshotState.Finalized);
        Assert.Equal(entries, await b.EntriesAsync(First, SnapshotState.Finalized));
        Assert.Equal(entries, await c.EntriesAsync(First, SnapshotState.Finalized));
        Assert.All(entries, entry => Assert.Equal(entry.Cid, entry.FinalizedCid));
    }

    [Fact]
    public async Task Who_computes_something_else_is_outvoted_and_told_why()
    {
        await using var a = Snapshotter("A");
        await using var b = Snapshotter("B");
        await using var odd = Snapshotter("C");
        odd.Computes = (context, snapshot) =>
        {
            snapshot["odd"] = context.Epoch.End;
            return snapshot;
        };
        await StartAsync(a, b, odd);
        await _service.ReleaseAsync(First.End);

        var agreed = await a.EntriesAsync(First, SnapshotState.Finalized);
        var outvoted = await odd.EntriesAsync(First, SnapshotState.Outvoted);
        Assert.Equal(agreed.Select(entry => entry.Cid), outvoted.Select(entry => entry.FinalizedCid));
        Assert.All(outvoted, entry => Assert.Equal(Reason.Outvoted.Code, entry.Reason));
    }

    [Fact]
    public async Task Epochs_that_were_released_while_it_was_away_are_computed_the_newest_first()
    {
        var order = new ConcurrentQueue<long>();
        await using var a = Snapshotter("A", projects: 1);
        a.Computes = (context, snapshot) =>
        {
            order.Enqueue(context.Epoch.End);
            return snapshot;
        };
        await StartAsync(a);
        await _service.ReleaseAsync(First.End);
        await a.EntriesAsync(First, SnapshotState.Finalized);
        await a.StopAsync();
        for (var end = Second.End; end <= 1090; end += 10)
        {
            await _service.ReleaseAsync(end);
        }

        a.Start();
        for (var end = Second.End; end <= 1090; end += 10)
        {
            await a.EntriesAsync(new Epoch(end - 9, end), SnapshotState.Finalized);
        }

        Assert.Equal([1010, 1090, 1080, 1070, 1060, 1050, 1040, 1030, 1020], order);
    }

    [Fact]
    public async Task A_processor_that_fails_is_tried_again_and_the_others_do_not_wait_for_it()
    {
        var tries = 0;
        await using var a = Snapshotter("A");
        a.Computes = (context, snapshot) =>
            context.Contract.Hex == EvmDevnet.ContractAt(1) && Interlocked.Increment(ref tries) <= 2
                ? throw new InvalidOperationException("not yet")
                : snapshot;
        await StartAsync(a);
        await _service.ReleaseAsync(First.End);

        await a.EntriesAsync(First, entries => entries.Count(entry => entry.State is SnapshotState.Finalized) == 2);
        await a.EntriesAsync(First, SnapshotState.Finalized);
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_processor_that_never_works_is_a_miss_with_its_words_and_is_reported()
    {
        await using var a = Snapshotter("A", projects: 1);
        a.Computes = (_, _) => throw new InvalidOperationException("no pool");
        await StartAsync(a);
        await _service.ReleaseAsync(First.End);

        var missed = Assert.Single(await a.EntriesAsync(First, SnapshotState.Missed));
        Assert.Equal((Reason.ProcessorFailed.Code, "InvalidOperationException: no pool"), (missed.Reason, missed.Detail));
        for (var i = 0; !(await _service.GetAsync("/metrics/A/issues")).Body.Contains("MISSED_SNAPSHOT", StringComparison.Ordinal); i++)
        {
            Assert.True(i < 500, "The miss is not reported.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    [Fact]
    public async Task A_vote_that_got_no_answer_is_given_again_and_nothing_is_computed_twice()
    {
        var (computed, failures) = (0, 3);
        await using var a = Snapshotter("A", before: handler => new Failing(handler)
        {
            IsDown = request => request.RequestUri!.AbsolutePath == "/submitSnapshots" && Interlocked.Decrement(ref failures) >= 0,
        });
        a.Computes = (_, snapshot) =>
        {
            Interlocked.Increment(ref computed);
            return snapshot;
        };
        await StartAsync(a);
        await _service.ReleaseAsync(First.End);

        await a.EntriesAsync(First, SnapshotState.Finalized);
        Assert.Equal(3, computed);
    }

    [Fact]
    public async Task A_service_that_knows_no_batches_gets_votes_one_by_one()
    {
        await using var a = Snapshotter("A", before: handler => new Failing(handler)
        {
            IsMissing = request => request.RequestUri!.AbsolutePath == "/submitSnapshots",
        });
        await StartAsync(a);
        await _service.ReleaseAsync(First.End);

        await a.EntriesAsync(First, SnapshotState.Finalized);
    }

    [Fact]
    public async Task A_round_without_a_winner_ends_with_a_reason()
    {
        await using var a = Snapshotter("A", projects: 1);
        await using var odd = Snapshotter("B", projects: 1);
        odd.Computes = (_, _) => new JsonObject { ["odd"] = true };
        await StartAsync(a, odd);
        await _service.ReleaseAsync(First.End);
        await a.EntriesAsync(First, SnapshotState.Submitted);
        await odd.EntriesAsync(First, SnapshotState.Submitted);

        _service.Time.Advance(TimeSpan.FromSeconds(61));

        var entry = Assert.Single(await a.EntriesAsync(First, SnapshotState.Indeterminate));
        Assert.Equal(Reason.NoAgreement.Code, entry.Reason);
    }

    [Fact]
    public async Task Aggregates_are_voted_on_as_all_others_are()
    {
        await using var a = Snapshotter("A", aggregates: true);
        await using var b = Snapshotter("B", aggregates: true);
        await StartAsync(a, b);
        await _service.ReleaseAsync(First.End);
        var first = await a.EntriesAsync(First, SnapshotState.Finalized);
        Assert.Equal(first, await b.EntriesAsync(First, SnapshotState.Finalized));
        await _service.ReleaseAsync(Second.End);

        var entries = await a.EntriesAsync(Second, SnapshotState.Finalized);
        Assert.Equal(entries, await b.EntriesAsync(Second, SnapshotState.Finalized));

        using var store = SnapshotStore.Open(a.StorePath, TimeProvider.System);
        var syncs = entries.Concat(first).Where(one => one.ProjectId.StartsWith("syncs", StringComparison.Ordinal))
            .Sum(one => (int)JsonNode.Parse(store.Bytes(one.Cid!)!)!["count"]!);
        Assert.NotEqual(0, syncs);
        var ofFirst = JsonNode.Parse(store.Series.Bytes("logs_NS", First.End)!)!;
        var ofSecond = JsonNode.Parse(store.Series.Bytes("logs_NS", Second.End)!)!;
        Assert.Equal((syncs, 0, 101), ((int)ofSecond["count"]!, (int)ofSecond["missing"]!, (int)ofSecond["epochId"]!));
        Assert.Equal(
            syncs + (int)ofFirst["count"]!, (int)JsonNode.Parse(store.Series.Bytes("twice_NS", Second.End)!)!["count"]!);
    }

    [Fact]
    public async Task Aggregates_of_a_backfill_have_all_that_came_before_them()
    {
        var order = new ConcurrentQueue<long>();
        await using var a = Snapshotter("A", projects: 1, aggregates: true);
        a.Aggregates = context => order.Enqueue(context.Epoch.End);
        await StartAsync(a);
        await _service.ReleaseAsync(First.End);
        await a.EntriesAsync(First, SnapshotState.Finalized);
        await a.StopAsync();
        for (var end = Second.End; end <= 1060; end += 10)
        {
            await _service.ReleaseAsync(end);
        }

        order.Clear();
        a.Start();
        using var store = SnapshotStore.Open(a.StorePath, TimeProvider.System);
        for (var end = Second.End; end <= 1060; end += 10)
        {
            await a.EntriesAsync(new Epoch(end - 9, end), SnapshotState.Finalized);
            Assert.Equal(0, (int)JsonNode.Parse(store.Series.Bytes("logs_NS", end)!)!["missing"]!);
        }

        Assert.Equal([1020, 1020, 1030, 1030, 1040, 1040, 1050, 1050, 1060, 1060], order);
    }

    [Fact]
    public async Task A_member_that_never_works_does_not_stop_its_aggregate()
    {
        await using var a = Snapshotter("A", aggregates: true);
        a.Computes = (context, snapshot) =>
            context.Contract.Hex == EvmDevnet.ContractAt(1) ? throw new InvalidOperationException("no pool") : snapshot;
        await StartAsync(a);
        await _service.ReleaseAsync(First.End);

        await a.EntriesAsync(First, entries => entries.Count(entry => entry.State is SnapshotState.Finalized) == 4
            && entries.Count(entry => entry.State is SnapshotState.Missed) == 1);
        using var store = SnapshotStore.Open(a.StorePath, TimeProvider.System);
        Assert.Equal(1, (int)JsonNode.Parse(store.Series.Bytes("logs_NS", First.End)!)!["missing"]!);
    }

    [Fact]
    public async Task An_epoch_whose_blocks_the_chain_has_left_is_computed_again()
    {
        await using var a = Snapshotter("A", service: false);
        _devnet.Reorganise(1100, 1011);
        a.Start();
        var before = await a.EntriesAsync(new Epoch(1000, 1009), SnapshotState.Finalized);

        _devnet.Reorganise(8, 25);

        await a.EntriesAsync(new Epoch(1010, 1019), SnapshotState.Finalized);
        var after = await a.EntriesAsync(
            new Epoch(1000, 1009), entries => entries.Zip(before).Any(both => both.First.Cid != both.Second.Cid));
        Assert.NotEqual(before.Select(entry => entry.Cid), after.Select(entry => entry.Cid));
    }

    private SnapshotterOnDevnet Snapshotter(
        string alias, int projects = 3, Func<HttpMessageHandler, HttpMessageHandler>? before = null, bool service = true,
        bool aggregates = false) =>
        new(_devnet, service ? _service : null, alias)
        {
            Projects = projects,
            Before = before ?? (handler => handler),
            HasAggregates = aggregates,
        };

    /// <summary>Starts them and waits until all may vote, so that every round has the same roster.</summary>
    private async Task StartAsync(params SnapshotterOnDevnet[] snapshotters)
    {
        foreach (var one in snapshotters)
        {
            one.Start();
        }

        for (var i = 0; i < 1000; i++)
        {
            var (_, projects) = await _service.GetAsync("/metrics/projects");
            // Whoever asks too often is told so, and not what was asked for.
            var names = (JsonNode.Parse(projects) as JsonArray)?.Select(name => (string)name!).ToArray() ?? [];
            var counts = new List<int>();
            foreach (var name in names)
            {
                var (_, known) = await _service.GetAsync($"/metrics/{name}/snapshotters");
                counts.Add(JsonNode.Parse(known)!["snapshotters"]?.AsArray().Count ?? 0);
            }

            if (names.Length == snapshotters[0].Count && counts.TrueForAll(count => count == snapshotters.Length))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }

        Assert.Fail("Not all have registered.");
    }

    private sealed class Failing(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public Func<HttpRequestMessage, bool> IsDown { get; init; } = _ => false;

        public Func<HttpRequestMessage, bool> IsMissing { get; init; } = _ => false;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            IsDown(request) ? throw new HttpRequestException("the line is dead")
            : IsMissing(request) ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request })
            : base.SendAsync(request, cancellationToken);
    }
}
