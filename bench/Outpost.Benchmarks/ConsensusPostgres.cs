using Outpost.EndToEnd.Processes;

namespace Outpost.Benchmarks;

/// <summary>
/// Votes that two consensus services take in a second which share one PostgreSQL database, all on this machine: half of
/// the snapshotters vote at each, in the same rounds. Beside them one service on a database of its own.
/// </summary>
internal static class ConsensusPostgres
{
    // One transaction writes at a time and takes all that has gathered: who waits costs nothing.
    private const int Connections = 256;
    private const int Batch = 100;
    private const int BatchConnections = 4;

    private const double LeastSingle = 2000;
    private const double LeastBatched = 4000;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var server = await PostgresProgram.StartAsync()
            ?? throw new InvalidOperationException("No PostgreSQL is installed (apt-get install postgresql).");
        var votes = ConsensusSubmissions.Votes(epochs: 120);
        await OneAsync(votes, await server.NewDatabaseAsync(), cancellationToken);
        var (single, batched) = await TwoAsync(votes, await server.NewDatabaseAsync(), cancellationToken);
        return
        [
            Figure.AtLeast(LeastSingle, "consensus-postgres-single", single, "votes/s, two services, on disk"),
            Figure.AtLeast(LeastBatched, "consensus-postgres-batched", batched, "votes/s, two services, on disk"),
        ];
    }

    private static async Task OneAsync(VotesToCast votes, string database, CancellationToken cancellationToken)
    {
        using var place = await ConsensusSubmissions.PlaceAsync(votes, cancellationToken, database);
        var load = new SubmissionLoad(place.Endpoint, votes);
        await load.SingleAsync(4000, Connections, 1, cancellationToken);
        ConsensusSubmissions.Checked("one, single", await load.SingleAsync(40_000, Connections, 1, cancellationToken));
        ConsensusSubmissions.Checked(
            "one, batched", await load.BatchedAsync(60_000, BatchConnections, Batch, cancellationToken));
    }

    private static async Task<(double Single, double Batched)> TwoAsync(
        VotesToCast votes, string database, CancellationToken cancellationToken)
    {
        using var first = await ConsensusSubmissions.PlaceAsync(votes, cancellationToken, database);
        using var second = await ConsensusPlace.CreateAsync(
            [], TimeSpan.FromMilliseconds(5), "60s", cancellationToken, database: database);
        await second.StartAsync(cancellationToken, releases: false);
        var half = votes.Snapshotters.Count / 2;
        SubmissionLoad[] loads =
        [
            new(first.Endpoint, votes with { Snapshotters = [.. votes.Snapshotters.Take(half)] }),
            new(second.Endpoint, votes with { Snapshotters = [.. votes.Snapshotters.Skip(half)] }),
        ];
        await BothAsync("warm", loads, load => load.SingleAsync(2000, Connections / 2, 1, cancellationToken));
        var single = await BothAsync(
            "two, single", loads, load => load.SingleAsync(20_000, Connections / 2, 1, cancellationToken));
        var batched = await BothAsync(
            "two, batched", loads, load => load.BatchedAsync(30_000, BatchConnections / 2, Batch, cancellationToken));
        return (single, batched);
    }

    /// <summary>The votes of both in a second, until the slower one is done.</summary>
    private static async Task<double> BothAsync(
        string what, SubmissionLoad[] loads, Func<SubmissionLoad, Task<LoadResult>> run)
    {
        var results = await Task.WhenAll(loads.Select(run));
        foreach (var result in results)
        {
            ConsensusSubmissions.Checked(what, result);
        }

        var sum = results.Sum(result => result.Accepted) / results.Max(result => result.Took).TotalSeconds;
        Console.Error.WriteLine($"{what}: {sum:F0} votes/s together");
        return sum;
    }
}
