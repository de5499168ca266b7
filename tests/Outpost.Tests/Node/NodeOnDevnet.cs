using System.Numerics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Devnet;
using Outpost.Node;
using Outpost.Node.Status;
using DevnetChain = Outpost.Devnet.Devnet;

namespace Outpost.Tests.Node;

/// <summary>A node over real sockets on a devnet, with a model that answers at once unless told otherwise.</summary>
internal sealed class NodeOnDevnet : IAsyncDisposable
{
    public static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("node").FullName;
    private readonly SocketsHttpHandler _network = new();
    private readonly AccountKey _key;
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private NodeOnDevnet(DevnetChain devnet, int seed)
    {
        Devnet = devnet;
        _key = KeyOf(seed);
    }

    public DevnetChain Devnet { get; }

    public string Address => _key.Address;

    public string JournalPath => Path.Combine(_folder, "journal.db");

    public HttpMessageHandler Model { get; set; } = new ScriptedModel(ScriptedModel.Says("3012.45"));

    /// <summary>Stands between the node and the sockets; null: nothing does.</summary>
    public DelegatingHandler? Between { get; set; }

    public IReadOnlyList<EndpointOptions>? Endpoints { get; set; }

    public LaneOptions Lane { get; set; } = new();

    /// <summary>Changes how each topic's model is asked.</summary>
    public Func<HttpEntrypointOptions, EntrypointOptions> Asks { get; set; } = options => options;

    /// <summary>Changes what each topic is served with.</summary>
    public Func<Outpost.Node.TopicOptions, Outpost.Node.TopicOptions> Serves { get; set; } = options => options;

    public ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    public NodeHost Host { get; private set; } = null!;

    public NodeStatus Status => Host.Status;

    public TopicStatus Topic => Status.Topics[0];

    public int Included => Status.Topics.Sum(topic => topic.Included);

    public static async Task<NodeOnDevnet> StartAsync(
        Func<DevnetOptions, DevnetOptions>? shape = null, bool isFunded = true, int seed = 1)
    {
        var options = new DevnetOptions { BlockTime = BlockTime, Seed = seed };
        var devnet = await DevnetChain.StartAsync(
            shape?.Invoke(options) ?? options, TimeProvider.System, NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);
        var node = new NodeOnDevnet(devnet, seed);
        if (isFunded)
        {
            devnet.Fund(node.Address, BigInteger.Pow(10, 18));
        }

        return node;
    }

    /// <summary>The account that a node started with this seed has.</summary>
    public static string AddressOf(int seed)
    {
        using var key = KeyOf(seed);
        return key.Address;
    }

    public void Run(params ulong[] topics)
    {
        _stop = new CancellationTokenSource();
        Between?.InnerHandler ??= _network;
        Host = new NodeHost(
            new NodeOptions
            {
                Chain = new CosmosOptions
                {
                    Endpoints = Endpoints ?? [new EndpointOptions(EndpointKind.Rpc, Devnet.Rpc)],
                    ChainId = Devnet.Options.ChainId,
                },
                Lane = Lane,
                Topics = [.. (topics.Length == 0 ? [1] : topics).Select(topic => Serves(new Outpost.Node.TopicOptions
                {
                    Topic = new TopicId(topic),
                    Inference = Asks(new HttpEntrypointOptions
                    {
                        UrlTemplate = "http://model.local/{TopicId}/{BlockHeight}",
                        AttemptTimeout = TimeSpan.FromMilliseconds(200),
                        RetryDelay = TimeSpan.FromMilliseconds(20),
                    }),
                }))],
                JournalPath = JournalPath,
            },
            _key,
            new NodeSurroundings(Between ?? (HttpMessageHandler)_network, Model, TimeProvider.System, new Random(1), Loggers));
        _running = Host.RunAsync(_stop.Token);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Makes blocks up to this height, each when the node has seen the one before; for no block time.</summary>
    public async Task ToBlockAsync(long height)
    {
        while (Devnet.Height < height)
        {
            await Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);
            await UntilAsync(() => Status.Head?.Value >= Devnet.Height, $"block {Devnet.Height}");
        }
    }

    /// <summary>Waits until something holds; the failure says what the node was doing instead.</summary>
    public async Task UntilAsync(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token, TestContext.Current.CancellationToken);
        try
        {
            while (!holds())
            {
                Assert.False(_running.IsFaulted, _running.Exception?.ToString());
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Assert.Fail($"Waited for: {what}. The node says: {Status.Line}; "
                + string.Join("; ", Status.Topics.Select(topic => topic.ToString()))
                + string.Join("; ", Status.RecentEnds.Take(3).Select(end => end.ToString())));
        }
    }

    private static AccountKey KeyOf(int seed)
    {
        var secret = new byte[32];
        new Random(seed).NextBytes(secret);
        return AccountKey.FromPrivateKey(secret);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Devnet.DisposeAsync();
        _key.Dispose();
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
