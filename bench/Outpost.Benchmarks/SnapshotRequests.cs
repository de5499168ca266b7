using Outpost.Node.Snapshots;
using Outpost.Sdk.Snapshots;

namespace Outpost.Benchmarks;

/// <summary>
/// HTTP requests that an epoch of ten blocks takes with both snapshots of each of 2,000 pairs and fewer, once their
/// names and decimals are known: counted between the client and the socket.
/// </summary>
internal static class SnapshotRequests
{
    private const int Epochs = 3;
    private const int EpochSize = 10;
    private const int First = 51;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        foreach (var pairs in new[] { 3, 20, 200, 2000 })
        {
            await using var place = await UniswapPlace.StartAsync(
                pairs, Math.Max(5, pairs / 10), First + ((Epochs + 1) * EpochSize), cancellationToken);
            var (projects, metadata, chain) = (place.Projects(), new MetadataBook(), new LiveChain(place.Client));
            var most = 0;
            for (var epoch = 0; epoch <= Epochs; epoch++)
            {
                var (requests, bytes, began) = (place.Requests, place.Bytes, TimeProvider.System.GetTimestamp());
                var begin = First + (epoch * EpochSize);
                var computed = await EpochComputation.RunAsync(
                    chain, new Epoch(begin, begin + EpochSize - 1), projects, metadata, cancellationToken);
                if (computed.Projects.FirstOrDefault(project => project.Problem is not null) is { } failed)
                {
                    throw new InvalidOperationException($"{failed.Project.Id}: {failed.Problem}");
                }

                Console.Error.WriteLine(
                    $"{pairs} pairs, {(epoch == 0 ? "nothing known" : "metadata known")}: "
                    + $"{place.Requests - requests} requests, {place.Bytes - bytes:N0} bytes, "
                    + $"{computed.Rounds} rounds, "
                    + $"{TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:F0} ms, "
                    + $"{computed.Projects.Count} snapshots");
                most = epoch == 0 ? 0 : Math.Max(most, place.Requests - requests);
            }

            figures.Add(Figure.AtMost(3, $"snapshot-requests-{pairs}", most, "requests an epoch"));
        }

        return figures;
    }
}
