using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Outpost.Consensus.Store;
using Outpost.EndToEnd.Processes;

namespace Outpost.EndToEnd.Consensus;

/// <summary>
/// The consensus service is killed (kill -9) under load again and again. Its callers know what it acknowledged and
/// which verdicts it told; its store has to say the same, and windows have to end in time after a restart.
/// </summary>
public sealed class ConsensusKillTests
{
    private const int Seed = 20_261_121;
    private const int Kills = 100;
    private const int Snapshotters = 9;
    private const int Projects = 4;

    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestLife = TimeSpan.FromMilliseconds(1400);

    /// <summary>A window that ended this long before a kill, in a life that was as long, has its verdict.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private static readonly string[] Instances =
        [.. Enumerable.Range(1, Snapshotters).Select(number => $"0e5d0000-0000-4000-8000-{number:d12}")];

    private static readonly string[] ProjectNames =
        [.. Enumerable.Range(1, Projects).Select(number => $"kill_pairContract_{number:d4}")];

    [Fact]
    public async Task No_acknowledged_vote_is_lost_and_no_verdict_changes_when_the_service_is_killed()
    {
        var stop = TestContext.Current.CancellationToken;
        using var place = await ConsensusPlace.CreateAsync(Instances, BlockTime, "1s", stop);
        await place.StartAsync(stop);
        await place.RegisterAsync(Instances, ProjectNames, stop);
        var (ledger, random) = (new VoteLedger(), new Random(Seed));
        using var calling = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var callers = Enumerable.Range(0, Snapshotters)
            .Select(snapshotter => new Caller(place, snapshotter, ledger, new Random(Seed + 1 + snapshotter)))
            .Select(caller => Task.Run(() => caller.VoteUntilAsync(calling.Token), stop))
            .ToArray();
        var (ended, overdue) = (0, 0);
        for (var kill = 1; kill <= Kills; kill++)
        {
            var ready = TimeProvider.System.GetUtcNow();
            await Task.Delay(LongestLife * random.NextDouble(), TimeProvider.System, stop);
            await place.Program.KillAsync(stop);
            var killed = TimeProvider.System.GetUtcNow();
            await using (var store = await ConsensusStore.OpenAsync(place.Store, stop))
            {
                overdue += (await store.Reader.OpenRoundsAsync(stop))
                    .Count(round => Later(round.ClosesAt, ready) + Grace < killed);
            }

            await place.StartAsync(stop);
            ended++;
        }

        await calling.CancelAsync();
        await Task.WhenAll(callers);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, stop);
        place.Program.Terminate();
        await place.Program.WaitForExitAsync(stop);
        await using (var store = await ConsensusStore.OpenAsync(place.Store, stop))
        {
            Assert.Empty(await store.Reader.OpenRoundsAsync(stop));
            await ledger.CompareAsync(store.Reader, stop);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{ended} kills, {ledger.Acknowledged} votes acknowledged, {ledger.Finalized} verdicts told, "
            + $"{overdue} windows overdue, {ledger.Faults.Count} faults");
        Assert.Empty(ledger.Faults);
        Assert.Equal(0, overdue);
        Assert.True(ledger.Acknowledged > 10 * Kills, $"Only {ledger.Acknowledged} votes: this was no load.");
        Assert.True(ledger.Finalized > Kills, $"Only {ledger.Finalized} verdicts were told.");
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>Votes on all projects of the newest epoch, once for each; what was not answered is said again.</summary>
    private sealed class Caller(ConsensusPlace place, int snapshotter, VoteLedger ledger, Random random)
    {
        internal async Task VoteUntilAsync(CancellationToken stop)
        {
            try
            {
                await VoteAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // It has voted long enough.
                return;
            }
        }

        private async Task VoteAsync(CancellationToken stop)
        {
            using var sockets = new SocketsHttpHandler();
            using var client = new HttpClient(sockets) { Timeout = TimeSpan.FromSeconds(2) };
            for (var last = 0L; ;)
            {
                if (await NewestAsync(client, stop) is { } epoch && epoch > last)
                {
                    last = epoch;
                    foreach (var project in ProjectNames)
                    {
                        await VoteAsync(client, project, epoch, stop);
                    }
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
            }
        }

        private async Task<long?> NewestAsync(HttpClient client, CancellationToken stop)
        {
            using var response = await TryAsync(() => client.GetAsync(Url("/currentEpoch"), stop), stop);
            return response is { IsSuccessStatusCode: true }
                ? (await response.Content.ReadFromJsonAsync<JsonElement>(stop))
                    .GetProperty("epochEndBlockHeight").GetInt64()
                : null;
        }

        private async Task VoteAsync(HttpClient client, string project, long epoch, CancellationToken stop)
        {
            // Seven in ten agree, so that some rounds are decided by a vote, some by the window, and some not at all.
            var cid = random.Next(10) < 7 ? $"bafkreiright{epoch}" : $"bafkreiwrong{random.Next(2)}{epoch}";
            var vote = new
            {
                instanceID = Instances[snapshotter],
                projectID = project,
                epoch = new { begin = epoch, end = epoch },
                snapshotCID = cid,
            };
            for (var attempt = 0; attempt < 200; attempt++)
            {
                using var response = await TryAsync(
                    () => client.PostAsJsonAsync(Url("/submitSnapshot"), vote, stop), stop);
                if (response is null)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
                    continue;
                }

                var body = await response.Content.ReadAsStringAsync(stop);
                if (!response.IsSuccessStatusCode)
                {
                    ledger.Faults.Enqueue($"{project} {epoch}: {(int)response.StatusCode} {body}");
                    return;
                }

                ledger.Acknowledge(project, epoch, snapshotter, cid, JsonSerializer.Deserialize<JsonElement>(body)
                    .GetProperty("finalizedSnapshotCID").GetString());
                return;
            }
        }

        private Uri Url(string path) => new($"http://{place.Endpoint}{path}");

        /// <summary>Null when the service was not there, or died before it had answered.</summary>
        private static async Task<HttpResponseMessage?> TryAsync(
            Func<Task<HttpResponseMessage>> ask, CancellationToken stop)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (!stop.IsCancellationRequested
                && e is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                return null;
            }
        }
    }
}
