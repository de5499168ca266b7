using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Node;
using Outpost.Node.Snapshots;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Tests.Consensus;

namespace Outpost.Tests.Snapshots;

/// <summary>One snapshotter before a chain in memory and a consensus service on a socket.</summary>
internal sealed class SnapshotterOnDevnet(EvmDevnet devnet, ServiceWorld? service, string alias) : IAsyncDisposable
{
    public static readonly AbiEvent Sync = AbiEvent.Parse("Sync(uint112 reserve0, uint112 reserve1)");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("snapshotter-").FullName;
    private readonly SocketsHttpHandler _sockets = new();
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public string StorePath => Path.Combine(_folder, "snapshots.db");

    public int Projects { get; init; } = 3;

    /// <summary>Adds the logs of all projects up over the last three epochs, and these sums over two.</summary>
    public bool HasAggregates { get; init; }

    /// <summary>Projects and aggregates.</summary>
    public int Count => Projects + (HasAggregates ? 2 : 0);

    /// <summary>Is told of each aggregate, when it is computed.</summary>
    public Action<IAggregateContext> Aggregates { get; set; } = _ => { };

    /// <summary>Changes what it computes.</summary>
    public Func<ISnapshotContext, JsonObject, JsonObject> Computes { get; set; } = (_, snapshot) => snapshot;

    /// <summary>Stands before the service.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler> Before { get; init; } = handler => handler;

    public void Start()
    {
        _stop = new CancellationTokenSource();
        var network = devnet.Network();
        SnapshotProject[] projects =
        [
            .. Enumerable.Range(0, Projects).Select(index => EvmAddress.Parse(EvmDevnet.ContractAt(index))).Select(contract =>
                new SnapshotProject(SnapshotProject.IdOf("syncs", contract, "NS"), "syncs", contract, new Syncs(this))),
        ];
        var logs = new AggregateProject(
            "logs_NS", "logs", null, [.. projects.Select(one => new Member(one.Id, one.Type, one.Contract))], new Logs(this, Epochs: 3));
        var twice = new AggregateProject("twice_NS", "twice", null, [new Member(logs.Id, logs.Type, null)], new Logs(this, Epochs: 2));
        var options = new SnapshotOptions
        {
            Chain = new EvmOptions { Endpoints = [.. devnet.Nodes.Select(node => new EvmEndpointOptions(node.Url))] },
            Projects = projects,
            Aggregates = HasAggregates ? [logs, twice] : [],
            Consensus = service is null ? null : new ConsensusAccess(service.Host.Address)
            {
                InstanceId = ServiceWorld.IdOf(alias),
                PollInterval = TimeSpan.FromMilliseconds(50),
                ConfirmInterval = TimeSpan.FromMilliseconds(50),
            },
            StorePath = StorePath,
        };
        var host = new SnapshotHost(options, new NodeSurroundings(
            network, Before(_sockets), TimeProvider.System, new Random(1), NullLoggerFactory.Instance));
        _running = host.RunAsync(_stop.Token);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>The entries of an epoch, once they are as wanted.</summary>
    public async Task<IReadOnlyList<SnapshotEntry>> EntriesAsync(Epoch epoch, Func<IReadOnlyList<SnapshotEntry>, bool> areAsWanted)
    {
        var began = TimeProvider.System.GetTimestamp();
        IReadOnlyList<SnapshotEntry> entries = [];
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            if (_running.IsFaulted)
            {
                await _running;
            }

            if (File.Exists(StorePath))
            {
                using var store = SnapshotStore.Open(StorePath, TimeProvider.System);
                entries = store.Entries(epoch);
                if (entries.Count == Count && areAsWanted(entries))
                {
                    return entries;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{alias}: epoch {epoch} is still: {string.Join("; ", entries)}");
        return [];
    }

    public Task<IReadOnlyList<SnapshotEntry>> EntriesAsync(Epoch epoch, SnapshotState state) =>
        EntriesAsync(epoch, entries => entries.All(entry => entry.State == state));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _sockets.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>How many logs the members have in some epochs, and how many of their snapshots are missing.</summary>
    private sealed record Logs(SnapshotterOnDevnet Owner, long Epochs) : IAggregateProcessor
    {
        public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken)
        {
            Owner.Aggregates(context);
            var (count, missing) = (new BigDecimal(), 0L);
            foreach (var member in context.Members)
            {
                if (context.Back(member, Epochs - 1) is var (first, _))
                {
                    var (sums, gaps) = await context.SumAsync(member, ["count"], first, context.Epoch);
                    (count, missing) = (count + sums[0], missing + gaps);
                }
                else
                {
                    missing++;
                }
            }

            return new JsonObject { ["epochId"] = context.EpochId, ["count"] = count.ToJson(), ["missing"] = missing };
        }
    }

    /// <summary>The places of a contract's Sync logs.</summary>
    private sealed class Syncs(SnapshotterOnDevnet owner) : ISnapshotProcessor
    {
        public async Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken)
        {
            var logs = await context.LogsAsync(context.Contract, [Sync.Topic]);
            return owner.Computes(context, new JsonObject
            {
                ["contract"] = context.Contract.Hex,
                ["count"] = logs.Count,
                ["logs"] = new JsonArray([.. logs.Select(log => (JsonNode)$"{log.BlockHash}/{log.Index}")]),
            });
        }
    }
}
