using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>
/// The real program is killed (kill -9) at many points of its work and started again at once, several workers side by
/// side. The judge is the devnet, which counts what was in its blocks.
/// </summary>
public sealed class KillTests
{
    private const int Seed = 20_260_721;
    private const int Workers = 4;
    private const int TopicsOfWorker = 6;
    private const int Kills = 200;
    private const int Windows = 200;

    /// <summary>What was taken before a worker's end is in a block by then.</summary>
    private const int BlocksToSettle = 3;

    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(500);

    // Two minutes on two quiet cores; a busy machine may take longer before it is called a fault.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Nothing_is_submitted_twice_and_no_window_is_lost_when_the_program_is_killed_again_and_again()
    {
        var stop = TestContext.Current.CancellationToken;
        var begun = TimeProvider.System.GetTimestamp();
        await using var place = await Workplace.CreateAsync(
            BlockTime, Enumerable.Range(0, Workers).Select(TopicsOf), stop);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var times = new BlockTimes(place.Devnet);
        var followed = times.FollowAsync(following.Token);

        var workers = place.Seats
            .Select((seat, index) => new KilledWorker(
                place, seat, new WindowLedger(place.Devnet, times, seat), new Random(Seed + index)))
            .ToArray();
        await Task.WhenAll(workers.Select(worker => worker.LiveUntilAsync(
            () => TimeProvider.System.GetElapsedTime(begun) > Limit || IsEnough(place, workers), stop)));
        var end = place.Devnet.Height;
        await Task.WhenAll(workers.Select(worker => worker.LetFinishAsync(stop)));
        await place.Devnet.WaitForHeightAsync(place.Devnet.Height + BlocksToSettle, stop);
        await following.CancelAsync();
        await followed;

        var failed = await FailedTransaction.ReadAllAsync(place.Devnet, stop);
        var verdict = KillVerdict.Of(place.Devnet, workers, end, failed);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{verdict.Summary}, {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s\n"
            + string.Join('\n', workers.SelectMany(worker => worker.WrongSequences)));
        Assert.True(IsEnough(place, workers), $"Too few in {Limit.TotalMinutes} minutes: {verdict.Summary}");
        Assert.True(verdict.Faults.Count == 0,
            $"{string.Join('\n', verdict.Faults)}\nWhat the program said in its last lives:\n"
            + string.Join('\n', workers.SelectMany(worker => worker.Lives)));
    }

    private static bool IsEnough(Workplace place, KilledWorker[] workers) =>
        workers.Sum(worker => worker.Kills) >= Kills
        && workers.Sum(worker => worker.Ledger.ClosedBy(place.Devnet.Height).Count) >= Windows;

    /// <summary>Windows of 20 blocks every 24, ten seconds every twelve, one topic after the other.</summary>
    private static IReadOnlyList<TopicOptions> TopicsOf(int worker) =>
        [.. Enumerable.Range(0, TopicsOfWorker).Select(index => new TopicOptions
        {
            Id = new((ulong)(worker * TopicsOfWorker + index + 1)),
            EpochLength = 24,
            WorkerWindow = 20,
            GroundTruthLag = 24,
            FirstOpening = 10 + 4 * index + worker,
        })];
}
