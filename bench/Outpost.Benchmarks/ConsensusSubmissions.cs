using Outpost.EndToEnd.Processes;

namespace Outpost.Benchmarks;

/// <summary>
/// Votes that the consensus service takes in a second, each acknowledged only when it is on disk: plain requests, and
/// a hundred in one body. Beside it, on the same votes, a peer of today's shape.
/// </summary>
internal static class ConsensusSubmissions
{
    private const int Snapshotters = 50;
    private const int Projects = 40;
    private const int Connections = 64;
    private const int UnderWay = 16;
    private const int Batch = 100;

    // More of them only wait for each other.
    private const int BatchConnections = 4;

    private const double LeastSingle = 20_000;
    private const double LeastBatched = 40_000;
    private const double MostMilliseconds = 10;
    private const double MostOfService = 0.1;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var votes = Votes(epochs: 900);
        var peer = await PeerAsync(votes, cancellationToken);
        using var place = await PlaceAsync(votes, cancellationToken);
        var load = new SubmissionLoad(place.Endpoint, votes);
        await load.SingleAsync(100_000, Connections, 1, cancellationToken);
        var single = Checked("single", await load.SingleAsync(400_000, Connections, 1, cancellationToken));
        // Told, and no figure: on one connection a request is taken up when the one before it is on disk.
        Checked("pipelined", await load.SingleAsync(
            600_000, Connections / 4, UnderWay, cancellationToken));
        var batched = Checked("batched", await load.BatchedAsync(600_000, BatchConnections, Batch, cancellationToken));
        var memory = ProgramMemory.ResidentMegabytes(place.Program.Id);
        Console.Error.WriteLine($"memory of the service: {memory:F0} MB");
        return
        [
            Figure.AtLeast(LeastSingle, "consensus-submissions-single", single.PerSecond, "votes/s, on disk"),
            Figure.AtMost(
                MostMilliseconds, "consensus-submissions-single-p99", single.Milliseconds.Percentile(0.99), "ms"),
            Figure.AtLeast(LeastBatched, "consensus-submissions-batched", batched.PerSecond, "votes/s, on disk"),
            Figure.AtMost(
                MostMilliseconds, "consensus-submissions-batched-p99", batched.Milliseconds.Percentile(0.99), "ms"),
            Figure.BesidePeer(
                MostOfService, "consensus-submissions-peer", 1 / single.PerSecond * 1e6, "µs per vote",
                "FastAPI, 2 workers, Redis", 1 / peer.PerSecond * 1e6),
        ];
    }

    /// <summary>Every snapshotter on every project.</summary>
    internal static VotesToCast Votes(int epochs) => new(
        [.. Enumerable.Range(1, Snapshotters).Select(number => $"6b1f0000-0000-4000-8000-{number:d12}")],
        [.. Enumerable.Range(1, Projects).Select(number => $"bench_pairContract_pair_total_reserves_{number:d4}")],
        epochs);

    /// <summary>A service with everybody registered, and epochs to vote for.</summary>
    /// <param name="database">A PostgreSQL connection string; null: an SQLite file.</param>
    internal static async Task<ConsensusPlace> PlaceAsync(
        VotesToCast votes, CancellationToken cancellationToken, string? database = null)
    {
        var place = await ConsensusPlace.CreateAsync(
            votes.Snapshotters, TimeSpan.FromMilliseconds(5), "60s", cancellationToken, database: database);
        try
        {
            await place.StartAsync(cancellationToken);
            await place.RegisterAsync(votes.Snapshotters, votes.Projects, cancellationToken);
            // As many epochs as votes are cast for have to be released first.
            await Task.Delay(TimeSpan.FromMilliseconds(6 * votes.Epochs), cancellationToken);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private static async Task<LoadResult> PeerAsync(VotesToCast votes, CancellationToken cancellationToken)
    {
        using var peer = await FastApiPeer.StartAsync(votes, cancellationToken);
        var load = new SubmissionLoad(peer.Endpoint, votes);
        await load.SingleAsync(2000, Connections, 1, cancellationToken);
        return Checked("peer", await load.SingleAsync(10_000, Connections, 1, cancellationToken));
    }

    internal static LoadResult Checked(string what, LoadResult result)
    {
        var time = result.Milliseconds;
        Console.Error.WriteLine(
            $"{what}: {result.PerSecond:F0} votes/s; p50 {time.Median:F1}, p99 {time.Percentile(0.99):F1}, "
            + $"max {time.Percentile(1):F1} ms; {result.Refused} refused");
        return result.Refused == 0
            ? result
            : throw new InvalidOperationException($"{what}: {result.Refused} requests were refused.");
    }
}
