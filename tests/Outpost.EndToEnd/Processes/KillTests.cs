using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>
/// The real program is killed (kill -9) at many points of its work and started again at once. The judge is the devnet,
/// which counts what was in its blocks.
/// </summary>
public sealed class KillTests
{
    private const int Seed = 20_260_721;
    private const int Kills = 40;
    private const int Windows = 60;
    private const int MaxKills = 150;

    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(80);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Nothing_is_submitted_twice_and_no_window_is_lost_when_the_program_is_killed_again_and_again()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var place = await Workplace.CreateAsync(BlockTime, Topics(), stop);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var times = new BlockTimes(place.Devnet);
        var followed = times.FollowAsync(following.Token);
        var ledger = new WindowLedger(place.Devnet, times, place.Worker);

        var kills = await KillAgainAndAgainAsync(place, ledger, stop);
        var end = await LetFinishAsync(place, ledger, stop);
        await following.CancelAsync();
        await followed;

        Judge(place, ledger.ClosedBy(end), kills);
    }

    private static async Task<int> KillAgainAndAgainAsync(Workplace place, WindowLedger ledger, CancellationToken stop)
    {
        var random = new Random(Seed);
        var begun = TimeProvider.System.GetTimestamp();
        var kills = 0;
        while (kills < MaxKills
            && (kills < Kills || ledger.ClosedBy(place.Devnet.Height).Count < Windows)
            && TimeProvider.System.GetElapsedTime(begun) < Limit)
        {
            using var program = place.Start();
            var from = await WatchingAsync(program, stop);
            await ReachPointAsync(place, random, stop);
            await program.KillAsync(stop);
            ledger.WasUp(from, TimeProvider.System.GetTimestamp());
            kills++;
        }

        return kills;
    }

    /// <summary>A point of the program's life, drawn anew for each life: any time, or just after one of its steps.</summary>
    private static async Task ReachPointAsync(Workplace place, Random random, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(3));
        var observer = place.Devnet.Observer;
        var (asked, sent, admitted) =
            (place.Model.Requests, observer.FirstArrivals.Count, observer.Admitted.Count);
        try
        {
            switch (random.Next(5))
            {
                case 0:
                    await Workplace.UntilAsync(() => place.Model.Requests > asked, patience.Token);
                    break;
                case 1:
                    await Workplace.UntilAsync(() => observer.FirstArrivals.Count > sent, patience.Token);
                    break;
                case 2:
                    await Workplace.UntilAsync(() => observer.Admitted.Count > admitted, patience.Token);
                    break;
                default:
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2_000)), TimeProvider.System, patience.Token);
                    break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(40)), TimeProvider.System, patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The step did not come within the patience: then this is the point.
        }
    }

    /// <summary>One last life, long enough for what is open to be ended; the block up to which windows count.</summary>
    private static async Task<long> LetFinishAsync(Workplace place, WindowLedger ledger, CancellationToken stop)
    {
        using var program = place.Start();
        var from = await WatchingAsync(program, stop);
        var end = place.Devnet.Height + Topics().Max(topic => topic.EpochLength);
        await place.Devnet.WaitForHeightAsync(end, stop);
        ledger.WasUp(from, TimeProvider.System.GetTimestamp());
        program.Terminate();
        await program.WaitForExitAsync(stop);
        Assert.Equal(0, program.ExitCode);
        return end;
    }

    private static async Task<long> WatchingAsync(OutpostProcess program, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(StartPatience);
        try
        {
            return await program.WatchingAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Assert.Fail($"The program did not come to watch:\n{string.Join('\n', program.Lines)}");
            throw;
        }
    }

    private static void Judge(Workplace place, IReadOnlyList<WindowLedger.Window> windows, int kills)
    {
        var observer = place.Devnet.Observer;
        var due = windows.Where(window => window.IsDue).ToArray();
        var lost = due.Where(window => !window.IsAdmitted).ToArray();
        var failed = observer.Delivered.Where(entry => entry.Key.Code != 0).ToArray();
        var refused = observer.Checked.Where(entry => entry.Key is not ("", 0) and not ("sdk", 19)).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"kills {kills}, windows closed {windows.Count}, due {due.Length}, due and included {due.Length - lost.Length}, "
            + $"included in all {windows.Count(window => window.IsAdmitted)}, included twice {observer.Duplicates.Count}, "
            + $"failed in blocks {Counts(failed)}, refused at the door {Counts(refused)}, "
            + $"known again {observer.Checked.GetValueOrDefault(("sdk", 19u))}");

        Assert.True(kills >= Kills, $"Only {kills} of {Kills} kills within {Limit.TotalSeconds} s.");
        Assert.True(windows.Count >= Windows, $"Only {windows.Count} of {Windows} windows within {Limit.TotalSeconds} s.");
        Assert.True(observer.Duplicates.Count == 0, $"Included more than once: {string.Join(", ", observer.Duplicates)}");
        Assert.True(failed.Length == 0, $"Failed in blocks: {Counts(failed)}");
        Assert.True(lost.Length == 0, $"Lost although the node was up for their greater part: {string.Join(", ", lost.ToList())}");
    }

    private static string Counts(IEnumerable<KeyValuePair<(string Codespace, uint Code), long>> counts) =>
        $"[{string.Join(", ", counts.Select(entry => $"{entry.Key.Codespace} {entry.Key.Code}: {entry.Value}"))}]";

    private static TopicOptions[] Topics() =>
        [.. Enumerable.Range(0, 3).Select(index => new TopicOptions
        {
            Id = new((ulong)index + 1),
            EpochLength = 14,
            WorkerWindow = 10,
            GroundTruthLag = 14,
            FirstOpening = 20 + 4 * index,
        })];
}
