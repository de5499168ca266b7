using System.Net;
using System.Numerics;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Devnet;
using Outpost.Node;

namespace Outpost.Benchmarks;

/// <summary>
/// A node in this process on a devnet in this process, over real sockets on loopback, with a model that answers at
/// once. The worker is registered and funded from the first block on.
/// </summary>
internal sealed class NodeOnDevnet : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private readonly AccountKey _key;
    private readonly SocketsHttpHandler _network = new();
    private readonly InstantModel _model = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FarLink> _links;
    private readonly Task _running;

    private NodeOnDevnet(Devnet.Devnet devnet, AccountKey key, bool isFar)
    {
        _links = isFar ? [.. devnet.Nodes.Select(one => new FarLink(one.Rpc))] : [];
        var urls = isFar ? _links.Select(link => link.Url) : devnet.Nodes.Select(one => one.Rpc);
        Devnet = devnet;
        _key = key;
        Host = new NodeHost(
            new NodeOptions
            {
                Chain = new CosmosOptions
                {
                    ChainId = devnet.Options.ChainId,
                    Endpoints = [.. urls.Select(url => new EndpointOptions(EndpointKind.Rpc, url))],
                },
                Topics = [.. devnet.Options.Topics.Select(topic => new Node.TopicOptions
                {
                    Topic = topic.Id,
                    Inference = new HttpEntrypointOptions { UrlTemplate = "http://model/{TopicId}/{BlockHeight}" },
                })],
                JournalPath = Path.Combine(Scratch, "journal.db"),
            },
            key,
            new NodeSurroundings(_network, _model, TimeProvider.System, new Random(1), NullLoggerFactory.Instance));
        _running = Host.RunAsync(_stop.Token);
    }

    internal Devnet.Devnet Devnet { get; }

    internal NodeHost Host { get; }

    // The journal is on disk, as it is for users: writing it is part of every duty.
    private string Scratch { get; } = Directory.CreateTempSubdirectory("outpost-bench-").FullName;

    /// <summary>
    /// Starts both and waits until the node watches. Far: each endpoint is behind 50 ms and 1 % loss.
    /// </summary>
    internal static async Task<NodeOnDevnet> StartAsync(
        int topics, Devnet.TopicOptions shape, TimeSpan blockTime, int endpoints, bool isFar,
        CancellationToken cancellationToken)
    {
        var key = AccountKey.FromMnemonic(Mnemonic.Create());
        var devnet = await Outpost.Devnet.Devnet.StartAsync(
            new DevnetOptions
            {
                BlockTime = blockTime,
                Nodes = endpoints,
                Topics = DevnetOptions.ManyTopics(topics, shape with { RegisteredWorkers = [key.Address] }),
                Balances = new Dictionary<string, BigInteger> { [key.Address] = BigInteger.Pow(10, 24) },
            },
            TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        var node = new NodeOnDevnet(devnet, key, isFar);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(StartPatience);
            while (!node.Host.Status.IsWatching)
            {
                await Task.Delay(20, patience.Token);
            }

            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        foreach (var link in _links)
        {
            await link.DisposeAsync();
        }

        await Devnet.DisposeAsync();
        _key.Dispose();
        _network.Dispose();
        _model.Dispose();
        _stop.Dispose();
        Directory.Delete(Scratch, recursive: true);
    }

    private sealed class InstantModel : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("3.1415") });
    }
}
