using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Node.Snapshots;
using Epoch = Outpost.Sdk.Snapshots.Epoch;

namespace Outpost.Benchmarks;

/// <summary>
/// 2,000 pairs, 4,000 snapshots an epoch: from the moment that an epoch's blocks are there and its release is known to
/// the moment that all of its snapshots are computed, on disk, and their votes on disk at a consensus service.
/// </summary>
internal static class EpochLatency
{
    private const string Instance = "bench-instance";
    private const int Pairs = 2000;
    private const int EpochSize = 10;
    private const int Epochs = 8;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("outpost-bench-").FullName;
        var stream = new EpochStream(1, EpochSize, 0);
        await using var place = await UniswapPlace.StartAsync(
            Pairs, Pairs / 10, (Epochs + 2) * EpochSize, cancellationToken);
        await using var service = await ServiceAsync(folder, stream, cancellationToken);
        using var network = new SocketsHttpHandler();
        var access = new ConsensusAccess(service.Address) { InstanceId = Instance };
        using var consensus = new ConsensusClient(access, network, TimeProvider.System);
        using var store = SnapshotStore.Open(Path.Combine(folder, "snapshots.db"), TimeProvider.System);
        var options = new SnapshotOptions
        {
            Chain = new Chains.Evm.EvmOptions { Endpoints = [new Chains.Evm.EvmEndpointOptions(service.Address)] },
            Projects = place.Projects(),
            Consensus = access,
        };
        foreach (var some in options.Projects.Chunk(16))
        {
            await Task.WhenAll(some.Select(project => consensus.RegisterAsync(project.Id, cancellationToken)));
        }

        var work = new EpochWork(
            options, new LiveChain(place.Client), consensus, store, TimeProvider.System, NullLogger.Instance);
        var times = new List<double>();
        for (var number = 1; number <= Epochs; number++)
        {
            var epoch = new Epoch(number * EpochSize, ((number + 1) * EpochSize) - 1);
            await service.Epochs.ReleaseAsync(stream, new(epoch.Begin, epoch.End), null, cancellationToken);
            store.Open([epoch], options.ProjectIds);
            var began = TimeProvider.System.GetTimestamp();
            await work.ServeAsync(epoch, cancellationToken);
            var took = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
            var states = store.Entries(epoch).CountBy(entry => entry.State);
            Console.Error.WriteLine($"epoch {epoch}: {took:F0} ms; {string.Join(", ", states)}");
            if (number > 2)
            {
                times.Add(took);
            }
        }

        Directory.Delete(folder, recursive: true);
        return [Figure.AtMost(500, "epoch-latency", new Samples(times).Median, "ms, the median")];
    }

    private static async Task<ConsensusHost> ServiceAsync(
        string folder, EpochStream stream, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "consensus.db");
        var registry = await ConsensusStore.OpenRegistryAsync(path, cancellationToken);
        await registry.AddAsync(
            new Snapshotter(0, "bench")
            {
                InstanceHash = InstanceId.Hash(Encoding.UTF8.GetBytes(Instance)),
                RateLimit = "1000000/second",
                AddedAt = TimeProvider.System.GetUtcNow(),
            },
            cancellationToken);
        return await ConsensusHost.StartAsync(
            new ConsensusOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Store = path,
                Streams = [stream],
            },
            TimeProvider.System, new Random(1), NullLoggerFactory.Instance, cancellationToken);
    }
}
