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
    private const uint TimeoutHeight = 30;
    private const uint WrongSequence = 32;

    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(180);
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

        var lives = new List<string>();
        var kills = await KillAgainAndAgainAsync(place, ledger, lives, stop);
        var end = await LetFinishAsync(place, ledger, stop);
        await following.CancelAsync();
        await followed;

        var failed = await FailedTransaction.ReadAllAsync(place.Devnet, stop);
        if (Judge(place, ledger.ClosedBy(end), kills, failed) is { Length: > 0 } faults)
        {
            Assert.Fail($"{faults}\nWhat the program said:\n{string.Join('\n', lives)}");
        }
    }

    private static async Task<int> KillAgainAndAgainAsync(
        Workplace place, WindowLedger ledger, List<string> lives, CancellationToken stop)
    {
        var random = new Random(Seed);
        var begun = TimeProvider.System.GetTimestamp();
        var kills = 0;
        while (kills < MaxKills
            && (kills < Kills || ledger.ClosedBy(place.Devnet.Height).Count < Windows)
            && TimeProvider.System.GetElapsedTime(begun) < Limit)
        {
            using var program = place.Start("debug");
            var from = await WatchingAsync(program, stop);
            await ReachPointAsync(place, random, stop);
            await program.KillAsync(stop);
            lives.AddRange([$"life {kills}, killed at block {place.Devnet.Height}:", .. program.Lines]);
            ledger.WasUp(from, TimeProvider.System.GetTimestamp());
            kills++;
        }

        return kills;
    }

    /// <summary>A point of the program's life, drawn for each anew: any time, or just after one of its steps.</summary>
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
                    var life = TimeSpan.FromMilliseconds(random.Next(2_000));
                    await Task.Delay(life, TimeProvider.System, patience.Token);
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
        using var program = place.Start("debug");
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

    private static string Judge(
        Workplace place, IReadOnlyList<WindowLedger.Window> windows, int kills, IReadOnlyList<FailedTransaction> failed)
    {
        var observer = place.Devnet.Observer;
        var due = windows.Where(window => window.IsDue).ToArray();
        var lost = due.Where(window => !window.IsAdmitted).ToArray();
        var twice = observer.Duplicates
            .Where(payload =>
                payload.Value - failed.Count(one => one.Payload == payload.Key && IsLate(one, failed)) > 1)
            .ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"kills {kills}, windows closed {windows.Count}, due {due.Length}, "
            + $"due and included {due.Length - lost.Length}, "
            + $"included in all {windows.Count(window => window.IsAdmitted)}, included twice {twice.Length}, "
            + $"late by a block {failed.Count(one => IsLate(one, failed))}, "
            + $"failed otherwise {failed.Count(one => !IsLate(one, failed))}, broadcasts by answer {Counts(observer.Checked)}");

        var faults = new List<string>();
        if (kills < Kills || windows.Count < Windows)
        {
            faults.Add(
                $"Only {kills} of {Kills} kills and {windows.Count} of {Windows} windows in {Limit.TotalSeconds} s.");
        }

        faults.AddRange(twice.Select(payload => $"Included more than once: {payload.Key}"));
        faults.AddRange(lost.Select(window => $"Lost although the node was up for its greater part: {window}"));
        faults.AddRange(failed.Where(one => !IsLate(one, failed)).Select(one => $"Failed in its block: {one}"));
        return string.Join('\n', faults);
    }

    /// <summary>
    /// One that was sent for the last block of its window, and met the next. It is not charged, nor are those behind it
    /// in the same block, whose numbers then have a gap before them.
    /// </summary>
    private static bool IsLate(FailedTransaction one, IReadOnlyList<FailedTransaction> all) =>
        one is { Codespace: "sdk", Code: TimeoutHeight }
        || (one is { Codespace: "sdk", Code: WrongSequence }
            && all.Any(other => other.Height == one.Height && other is { Codespace: "sdk", Code: TimeoutHeight }));

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
