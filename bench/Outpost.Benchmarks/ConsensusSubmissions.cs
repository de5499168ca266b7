namespace Outpost.Benchmarks;

/// <summary>Submissions that the consensus service takes in a second, beside a peer of today's shape.</summary>
internal static class ConsensusSubmissions
{
    private const int Snapshotters = 50;
    private const int Projects = 40;
    private const int Connections = 64;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var votes = new VotesToCast(
            [.. Enumerable.Range(1, Snapshotters).Select(number => $"6b1f0000-0000-4000-8000-{number:d12}")],
            [.. Enumerable.Range(1, Projects).Select(number => $"bench_pairContract_pair_total_reserves_{number:d4}")],
            Epochs: 400);
        using var peer = await FastApiPeer.StartAsync(votes, cancellationToken);
        var load = new SubmissionLoad(peer.Endpoint, votes);
        await load.SingleAsync(1000, Connections, 1, cancellationToken);
        var result = await load.SingleAsync(5000, Connections, 1, cancellationToken);
        Console.Error.WriteLine($"peer: {result.PerSecond:F0}/s, p99 {result.Milliseconds.Percentile(0.99):F1} ms, refused {result.Refused}");
        return [];
    }
}
