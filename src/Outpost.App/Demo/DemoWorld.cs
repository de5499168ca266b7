using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Devnet;
using Outpost.Node;
using PriceModel;

namespace Outpost.App.Demo;

/// <summary>
/// All that a node needs, inside one process: a chain with topics, a model, an account with coins, two neighbours in
/// topic 1, and a folder for the journal. Nothing of it is left afterwards.
/// </summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private const int EpochBlocks = HostedModel.HorizonBlocks;
    private const int WindowBlocks = 6;

    /// <summary>Before the first window opens: the node connects and registers in every topic.</summary>
    private static readonly TimeSpan SettlingIn = TimeSpan.FromSeconds(2.5);

    // A transaction costs some four million uallo on the devnet: coins for days.
    private static readonly BigInteger Coins = BigInteger.Pow(10, 13);

    private static readonly string[] Markets = ["ETH/USD", "BTC/USD", "SOL/USD", "ATOM/USD", "LINK/USD"];

    private readonly Devnet.Devnet _chain;
    private readonly HostedModel _model;
    private readonly DirectoryInfo _folder;
    private readonly List<DemoNeighbour> _neighbours = [];

    private DemoWorld(
        Devnet.Devnet chain, HostedModel model, AccountKey key, DemoEarnings earnings, DirectoryInfo folder)
    {
        (_chain, _model, _folder) = (chain, model, folder);
        (Key, Earnings) = (key, earnings);
    }

    /// <summary>A throw-away key whose account holds the devnet's coins.</summary>
    public AccountKey Key { get; }

    /// <summary>What the chain pays in topic 1, which is served in all roles.</summary>
    public DemoEarnings Earnings { get; }

    /// <summary>What a node has to be told to serve all topics of this world.</summary>
    public NodeOptions NodeOptions => Node(
        Path.Combine(_folder.FullName, "demo.journal.db"),
        [
            .. _chain.Options.Topics.Select(topic => new Node.TopicOptions
            {
                Topic = topic.Id,
                Inference = At(_model.InferenceUrl),
                Forecast = topic.Id == Earnings.Topic ? At(_model.ForecastsUrl) : null,
                GroundTruth = topic.Id == Earnings.Topic ? At(_model.TruthUrl) : null,
            }),
        ]);

    public static async Task<DemoWorld> StartAsync(
        DemoOptions options, NodeSurroundings surroundings, CancellationToken cancellationToken)
    {
        var random = options.Seed is { } seed ? new Random(seed) : surroundings.Random;
        var (key, slow, hasty) = (NewKey(random), NewKey(random), NewKey(random));
        var model = await HostedModel.StartAsync(new Dictionary<string, HostedModel.Inference>
        {
            [key.Address] = PriceModelServer.Predict,
            [slow.Address] = HostedModel.Slow,
            [hasty.Address] = HostedModel.Hasty,
        }, surroundings.Loggers, cancellationToken);
        var chain = await Devnet.Devnet.StartAsync(new DevnetOptions
        {
            Seed = options.Seed ?? random.Next(),
            BlockTime = options.BlockTime,
            Topics = Topics(options),
            Balances = new[] { key, slow, hasty }.ToDictionary(one => one.Address, _ => Coins),
        }, surroundings.Time, surroundings.Loggers, cancellationToken);
        var earnings = new DemoEarnings(chain.Options.Topics[0].Id,
        [
            (key.Address, "this account"), (slow.Address, "a neighbour with old prices"),
            (hasty.Address, "a careless neighbour"),
        ]);
        chain.Observer.Add(earnings);
        var world = new DemoWorld(
            chain, model, key, earnings, Directory.CreateTempSubdirectory("outpost-demo-"));
        world.Join(slow, model.SlowUrl, model.TruthUrl, Of(random));
        world.Join(hasty, model.HastyUrl, model.CarelessTruthUrl, Of(random));
        return world;

        NodeSurroundings Of(Random chance) => surroundings with { Random = new Random(chance.Next()) };
    }

    public async ValueTask DisposeAsync()
    {
        Key.Dispose();
        await Task.WhenAll(_neighbours.Select(neighbour => neighbour.DisposeAsync().AsTask()));
        await _model.DisposeAsync();
        await _chain.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static HttpEntrypointOptions At(string url) => new() { UrlTemplate = url };

    private NodeOptions Node(string journal, IReadOnlyList<Node.TopicOptions> topics) => new()
    {
        Chain = new CosmosOptions
        {
            ChainId = _chain.Options.ChainId,
            Endpoints = [new(EndpointKind.Rpc, _chain.Rpc)],
        },
        Topics = topics,
        JournalPath = journal,
    };

    /// <summary>Another account infers and reputes in topic 1.</summary>
    private void Join(AccountKey key, string inference, string truth, NodeSurroundings surroundings)
    {
        _neighbours.Add(DemoNeighbour.Start(key, Node(":memory:",
        [
            new Node.TopicOptions { Topic = Earnings.Topic, Inference = At(inference), GroundTruth = At(truth) },
        ]), surroundings));
    }

    /// <summary>
    /// Their windows open one after the other over an epoch, so that there is always something to see.
    /// </summary>
    private static List<Devnet.TopicOptions> Topics(DemoOptions options) =>
    [
        .. Enumerable.Range(0, options.Topics).Select(index => new Devnet.TopicOptions
        {
            Id = new TopicId((ulong)index + 1),
            Metadata = $"{Markets[index % Markets.Length]} in {EpochBlocks} blocks",
            EpochLength = EpochBlocks,
            WorkerWindow = WindowBlocks,
            GroundTruthLag = EpochBlocks,
            FirstOpening = 1 + (long)Math.Ceiling(SettlingIn / options.BlockTime)
                + ((long)index * EpochBlocks / options.Topics),
        }),
    ];

    /// <summary>Worth nothing outside this process, so ordinary chance is enough and a seed can repeat it.</summary>
    private static AccountKey NewKey(Random random)
    {
        Span<byte> bytes = stackalloc byte[32];
        random.NextBytes(bytes);
        // Below the order of the curve, and not zero.
        bytes[0] &= 0x7F;
        bytes[31] |= 1;
        return AccountKey.FromPrivateKey(bytes);
    }
}
