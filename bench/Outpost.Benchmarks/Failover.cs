using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Cosmos;

namespace Outpost.Benchmarks;

/// <summary>
/// From a call to its answer, just after the preferred one of two endpoints has died without a word. Each sample has a
/// client of its own, which has connected to both and read a few times.
/// </summary>
internal static class Failover
{
    private const int Samples = 40;
    private const int ReadsBefore = 8;
    private const double MostMs = 250;

    // A peer that waits for its timeout need not be watched doing so often.
    private const int PeerSamples = 3;
    private const double MostOfPeer = 0.1;

    private static readonly TimeSpan PeerTimeout = TimeSpan.FromSeconds(5);

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        foreach (var death in Enum.GetValues<Death>())
        {
            var name = $"failover-{JsonNamingPolicy.KebabCaseLower.ConvertName(death.ToString())}";
            await SampleAsync(death, ReadAsync, cancellationToken);
            var reads = await TakeAsync(Samples, () => SampleAsync(death, ReadAsync, cancellationToken));
            var writes = await TakeAsync(Samples, () => SampleAsync(death, WriteAsync, cancellationToken));
            var peer = await TakeAsync(PeerSamples, () => PeerSampleAsync(death, cancellationToken));
            Tell($"{name}: first read", reads);
            Tell($"{name}: broadcast accepted", writes);
            Tell($"{name}: first read of the peer", peer);
            Console.Error.WriteLine($"{name}: median first read is {reads.Median / peer.Median:0.####} of the peer's");
            figures.Add(Figure.AtMost(MostMs, $"{name}-read-max", reads.Percentile(1), "ms"));
            figures.Add(Figure.AtMost(MostMs, $"{name}-broadcast-max", writes.Percentile(1), "ms"));
            if (death is not Death.Refuses)
            {
                figures.Add(Figure.BesidePeer(MostOfPeer, $"{name}-read-beside-peer", reads.Median, "ms",
                    "HttpClient with a timeout of 5 s, endpoints in order", peer.Median));
            }
        }

        return figures;
    }

    private static async Task<double> SampleAsync(
        Death death, Func<CosmosClient, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        using var first = new MortalNode();
        using var second = new MortalNode();
        using var network = new SocketsHttpHandler();
        await using var client = new CosmosClient(
            new CosmosOptions
            {
                Endpoints = [new(EndpointKind.Rpc, first.Url), new(EndpointKind.Rpc, second.Url)],
            },
            network, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
        await client.ConnectAsync(cancellationToken);
        for (var read = 0; read < ReadsBefore; read++)
        {
            await ReadAsync(client, cancellationToken);
        }

        await first.DieAsync(death);
        var start = TimeProvider.System.GetTimestamp();
        await call(client, cancellationToken);
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    private static Task ReadAsync(CosmosClient client, CancellationToken cancellationToken) =>
        client.AccountAsync("allo1", cancellationToken);

    private static Task WriteAsync(CosmosClient client, CancellationToken cancellationToken) =>
        client.BroadcastAsync(new SignedTransaction(new byte[300], new string('A', 64)), cancellationToken);

    private static async Task<double> PeerSampleAsync(Death death, CancellationToken cancellationToken)
    {
        using var first = new MortalNode();
        using var second = new MortalNode();
        using var client = new HttpClient { Timeout = PeerTimeout };
        for (var read = 0; read < ReadsBefore; read++)
        {
            await AskAsync(client, first.Url, cancellationToken);
        }

        await first.DieAsync(death);
        var start = TimeProvider.System.GetTimestamp();
        if (!await AskAsync(client, first.Url, cancellationToken)
            && !await AskAsync(client, second.Url, cancellationToken))
        {
            throw new InvalidOperationException("The peer got no answer from an endpoint that works.");
        }

        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<bool> AskAsync(HttpClient client, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var content = JsonContent.Create(
                new { jsonrpc = "2.0", id = 1, method = "abci_query", @params = new { path = "account" } });
            await content.LoadIntoBufferAsync(cancellationToken);
            using var response = await client.PostAsync(url, content, cancellationToken);
            await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<Samples> TakeAsync(int count, Func<Task<double>> sample)
    {
        var taken = new double[count];
        for (var index = 0; index < count; index++)
        {
            taken[index] = await sample();
        }

        return new Samples(taken);
    }

    private static void Tell(string what, Samples samples) => Console.Error.WriteLine(
        $"{what}: p50 {samples.Median:F1} ms, p99 {samples.Percentile(0.99):F1} ms, max {samples.Percentile(1):F1} ms "
        + $"({samples.Count} samples)");
}
