using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Tests.Consensus;

/// <summary>When windows begin and end, and how soon a verdict follows.</summary>
public sealed class WindowTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Windows_that_begin_with_the_release_end_for_all_projects_also_without_a_vote()
    {
        await using var world = await ServiceWorld.StartAsync(
            options => options with { WindowStart = WindowStart.EpochRelease });
        await world.RegisterAsync("AB");
        await world.RegisterAsync("CD", "Q");
        await world.ReleaseAsync(1010);
        var start = world.Time.GetUtcNow();
        world.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.SubmitAsync("A", "X")).Body));
        await world.PassAsync(TimeSpan.FromSeconds(31));
        foreach (var (name, verdict) in new (string, Verdict)[]
        {
            ("P", new Verdict.Finalized("X")), ("Q", new Verdict.Indeterminate(Disagreement.TooFewVotes)),
        })
        {
            var project = await world.Host.Store.ProjectAsync(name, ServiceWorld.Stop);
            var round = await world.Host.Store.RoundAsync(new RoundKey(project!.Id, 1010), ServiceWorld.Stop);
            Assert.Equal(start.AddSeconds(60), round!.ClosesAt);
            Assert.Equal(new Decision(verdict, round.ClosesAt), round.Decision);
        }
    }

    [Fact]
    public async Task A_vote_in_the_closing_millisecond_counts_and_one_later_does_not()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        world.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains("\"delayedSubmission\":false", (await world.SubmitAsync("B", "Y")).Body, StringComparison.Ordinal);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(
            (200, """{"status":"INDETERMINATE","delayedSubmission":true,"finalizedSnapshotCID":null}"""),
            await world.SubmitAsync("C", "X"));
    }

    [Fact]
    public async Task Criteria_of_a_round_outlive_a_change_of_the_configuration()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        world.Options = world.Options with { Criteria = new Criteria(3, 100) };
        await world.RestartAsync();
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAsync("B", "X")).Body));
    }

    [Fact]
    public async Task An_invalidated_epoch_takes_no_more_snapshots_and_keeps_its_verdict()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "X");
        var epoch = new Epoch(1001, 1010);
        Assert.True(await world.Host.Epochs.InvalidateAsync(ServiceWorld.Stream, epoch, ServiceWorld.Stop));
        Assert.False(await world.Host.Epochs.InvalidateAsync(ServiceWorld.Stream, epoch, ServiceWorld.Stop));
        await world.RestartAsync();
        Assert.Contains("\"reason\":\"invalidated\"", (await world.SubmitAsync("C", "X")).Body, StringComparison.Ordinal);
        Assert.NotNull(world.Host.Epochs.Last(ServiceWorld.Stream)!.InvalidatedAt);
        Assert.Contains("\"finalized\":true", (await world.GetAsync("/metrics/P/epochs")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Epochs_are_released_in_order_and_once()
    {
        await using var world = await ServiceWorld.StartAsync();
        var epochs = world.Host.Epochs;
        var first = await epochs.ReleaseAsync(ServiceWorld.Stream, new Epoch(1001, 1010), "0xab", ServiceWorld.Stop);
        Assert.Equal(first, await epochs.ReleaseAsync(ServiceWorld.Stream, new Epoch(1001, 1010), "0xab", ServiceWorld.Stop));
        foreach (var wrong in (Epoch[])[new(1011, 1019), new(1005, 1014), new(991, 1000)])
        {
            await Assert.ThrowsAsync<ArgumentException>(
                () => epochs.ReleaseAsync(ServiceWorld.Stream, wrong, null, ServiceWorld.Stop));
        }

        await world.RestartAsync();
        Assert.Equal(first, world.Host.Epochs.Last(ServiceWorld.Stream));
    }

    [Fact]
    public async Task A_verdict_among_ten_thousand_is_there_soon_after_the_deciding_vote()
    {
        const int Snapshotters = 10_000;
        await using var world = await ServiceWorld.StartAsync();
        await world.Host.DisposeAsync();
        var stop = ServiceWorld.Stop;
        await using (var store = await ConsensusStore.OpenAsync(world.StorePath, stop))
        {
            // One by one each would be a transaction of its own: the file is filled by one.
            using var file = SqliteFile.Open(world.StorePath, isReadOnly: false);
            file.Execute("BEGIN IMMEDIATE");
            for (var i = 0; i < Snapshotters; i++)
            {
                file.Prepare("""
                    INSERT INTO snapshotter (alias, name, email, instance_hash, rate_limit, is_active, added_ms)
                    VALUES (?, '', '', ?, '1/second', 1, 0)
                    """).With($"s{i}").With(InstanceId.Hash(BitConverter.GetBytes(i)).AsSpan()).Run();
            }

            file.Execute("COMMIT");
            var batch = new RoundBatch(
                store.Writer, world.Options, new ClosingTimes(new SteadyClock(world.Time), world.Time, () => { }));
            var ids = (await store.Registry.ListAsync(stop)).Select(one => one.Id).ToArray();
            var registers = ids.Select(id => new WriterTask.Register("P", ServiceWorld.Stream, id)).ToList();
            await batch.WriteAsync([.. registers], world.Time.GetUtcNow());
            var project = registers[0].Project!;
            var votes = ids.Select(id => new Submission(project, id, 1010, default, "X")).ToArray();
            var deciding = Snapshotters * 66 / 100;
            foreach (var chunk in votes[..(deciding - 1)].Chunk(1000))
            {
                await batch.WriteAsync([new WriterTask.Submit(chunk)], world.Time.GetUtcNow());
                Assert.Null(chunk[^1].Verdict);
            }

            var start = TimeProvider.System.GetTimestamp();
            await batch.WriteAsync([new WriterTask.Submit([votes[deciding - 1]])], world.Time.GetUtcNow());
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            Assert.Equal(new Verdict.Finalized("X"), votes[deciding - 1].Verdict);
            output.WriteLine($"{elapsed.TotalMilliseconds:0.00} ms after vote {deciding} of {Snapshotters}");
            Assert.True(elapsed < TimeSpan.FromMilliseconds(100), $"{elapsed}");
        }

        await world.StartHostAsync();
    }
}
