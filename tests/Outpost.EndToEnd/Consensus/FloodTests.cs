using System.Collections.Concurrent;
using System.Text;
using Outpost.EndToEnd.Processes;

namespace Outpost.EndToEnd.Consensus;

/// <summary>One caller asks far more often than it may. Others, who vote at an even pace, hardly notice.</summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int Others = 20;
    private const int FloodConnections = 8;
    private const int FlooderMayPerSecond = 100;

    /// <summary>
    /// Bounds for a machine that does much else. Where a flood is refused as fast as it comes, the median is more than
    /// twenty times slower, and longer by more than 30 ms.
    /// </summary>
    private const double MostTimesSlower = 5;

    private const double MostMedianMs = 10;

    private const double MostP99Ms = 150;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The first is the one who floods.</summary>
    private static readonly string[] Instances =
        [.. Enumerable.Range(1, 1 + Others).Select(number => $"f100d000-0000-4000-8000-{number:d12}")];

    private sealed record Measured(double P50, double P99, int Votes, int Refused);

    [Fact]
    public async Task A_flood_from_one_caller_does_not_slow_the_others()
    {
        var stop = TestContext.Current.CancellationToken;
        using var place = await ConsensusPlace.CreateAsync(
            Instances, TimeSpan.FromMilliseconds(20), "60s", stop, limitOfFirst: $"{FlooderMayPerSecond}/second");
        await place.StartAsync(stop);
        foreach (var number in Enumerable.Range(0, Instances.Length))
        {
            await place.RegisterAsync([Instances[number]], [ProjectOf(number)], stop);
        }

        using var calls = new CrowdCalls(place.Endpoint, Instances);
        await calls.WaitForEpochAsync(3 * (long)(Phase / Pace), Patience, stop);
        await VoteAsync(calls, first: 1, stop);
        var quiet = await VoteAsync(calls, first: 1 + (long)(Phase / Pace), stop);
        Flood[] floods = [.. Floods(place, calls, "/submitSnapshot"), .. Floods(place, calls, "/metrics/projects")];
        using var flooding = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var begun = TimeProvider.System.GetTimestamp();
        var running = Task.WhenAll(floods.Select(flood => flood.RunAsync(flooding.Token)));
        var beside = await VoteAsync(calls, first: 1 + 2 * (long)(Phase / Pace), stop);
        await flooding.CancelAsync();
        await running;
        var took = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;

        var (accepted, refused) = (floods[..FloodConnections].Sum(flood => flood.Accepted), floods.Sum(flood => flood.Refused));
        output.WriteLine(
            $"{quiet.Votes} votes in quiet: p50 {quiet.P50:F1} ms, p99 {quiet.P99:F1} ms; {beside.Votes} beside a flood: p50 "
            + $"{beside.P50:F1} ms, p99 {beside.P99:F1} ms; in a second the flooder had {accepted / took:F0} calls and "
            + $"{refused / took:F0} refusals, and {floods.Length * Flood.UnderWay} under way at all times");
        Assert.Equal((0, 0), (quiet.Refused, beside.Refused));
        Assert.InRange(accepted, 1, FlooderMayPerSecond * (took + 2));
        Assert.True(refused > FlooderMayPerSecond * took, $"Only {refused} calls were refused: this was no flood.");
        Assert.True(
            beside.P50 <= MostMedianMs + MostTimesSlower * quiet.P50, $"p50 is {beside.P50} ms, in quiet {quiet.P50} ms.");
        Assert.True(
            beside.P99 <= MostP99Ms + MostTimesSlower * quiet.P99, $"p99 is {beside.P99} ms, in quiet {quiet.P99} ms.");
    }

    private static string ProjectOf(int snapshotter) => $"flood_pairContract_{snapshotter:d4}";

    private static IEnumerable<Flood> Floods(ConsensusPlace place, CrowdCalls calls, string path)
    {
        var body = calls.VoteOf(new CrowdRound(ProjectOf(0), 1, [], []), new CrowdVote(0, "bafkflood"));
        var request = path == "/submitSnapshot"
            ? $"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}"
            : $"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n";
        return Enumerable.Range(0, FloodConnections).Select(_ => new Flood(place.Endpoint, Encoding.ASCII.GetBytes(request)));
    }

    /// <summary>Every other snapshotter casts a vote each tenth of a second, whatever became of the one before.</summary>
    private static async Task<Measured> VoteAsync(CrowdCalls calls, long first, CancellationToken stop)
    {
        var (milliseconds, refused) = (new ConcurrentBag<double>(), 0);
        await Task.WhenAll(Enumerable.Range(1, Others).Select(async snapshotter =>
        {
            await Task.Delay(Pace * snapshotter / Others, TimeProvider.System, stop);
            var votes = new List<Task>();
            using var timer = new PeriodicTimer(Pace, TimeProvider.System);
            for (var epoch = first; epoch < first + (long)(Phase / Pace); epoch++)
            {
                votes.Add(CastAsync(snapshotter, epoch));
                await timer.WaitForNextTickAsync(stop);
            }

            await Task.WhenAll(votes);
        }));
        var sorted = milliseconds.Order().ToList();
        return new Measured(sorted[sorted.Count / 2], sorted[sorted.Count * 99 / 100], sorted.Count, refused);

        async Task CastAsync(int snapshotter, long epoch)
        {
            var begun = TimeProvider.System.GetTimestamp();
            var answer = await calls.SubmitAsync(new CrowdRound(ProjectOf(snapshotter), epoch, [], []), snapshotter, "bafkx", stop);
            milliseconds.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
            if (!answer.Contains("\"FINALIZED\"", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref refused);
            }
        }
    }
}
