using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Devnet;
using Outpost.Node;

namespace Outpost.App.Demo;

/// <summary>
/// All that a node needs, inside one process: a chain with topics, a model, an account with coins, and a folder for
/// the journal. Nothing of it is left afterwards.
/// </summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private const int EpochBlocks = 12;
    private const int WindowBlocks = 6;

    /// <summary>Before the first window opens: the node connects and registers in every topic.</summary>
    private static readonly TimeSpan SettlingIn = TimeSpan.FromSeconds(2.5);

    // A transaction costs some four million uallo on the devnet: coins for days.
    private static readonly BigInteger Coins = BigInteger.Pow(10, 13);

    private static readonly string[] Markets = ["ETH/USD", "BTC/USD", "SOL/USD", "ATOM/USD", "LINK/USD"];

    private readonly Devnet.Devnet _chain;
    private readonly HostedModel _model;
    private readonly DirectoryInfo _folder;

    private DemoWorld(Devnet.Devnet chain, HostedModel model, AccountKey key, DirectoryInfo folder)
    {
        (_chain, _model, _folder) = (chain, model, folder);
        Key = key;
    }

    /// <summary>A throw-away key whose account holds the devnet's coins.</summary>
    public AccountKey Key { get; }

    /// <summary>What a node has to be told to serve all topics of this world.</summary>
    public NodeOptions NodeOptions => new()
    {
        Chain = new CosmosOptions
        {
            ChainId = _chain.Options.ChainId,
            Endpoints = [new(EndpointKind.Rpc, _chain.Rpc)],
        },
        Topics = [.. _chain.Options.Topics.Select(topic => new Node.TopicOptions
        {
            Topic = topic.Id,
            Inference = new HttpEntrypointOptions { UrlTemplate = _model.UrlTemplate },
        })],
        JournalPath = Path.Combine(_folder.FullName, "demo.journal.db"),
    };

    public static async Task<DemoWorld> StartAsync(
        DemoOptions options, NodeSurroundings surroundings, CancellationToken cancellationToken)
    {
        var random = options.Seed is { } seed ? new Random(seed) : surroundings.Random;
        var key = NewKey(random);
        var model = await HostedModel.StartAsync(surroundings.Loggers, cancellationToken);
        var chain = await Devnet.Devnet.StartAsync(new DevnetOptions
        {
            Seed = options.Seed ?? random.Next(),
            BlockTime = options.BlockTime,
            Topics = Topics(options),
        }, surroundings.Time, surroundings.Loggers, cancellationToken);
        chain.Fund(key.Address, Coins);
        return new DemoWorld(chain, model, key, Directory.CreateTempSubdirectory("outpost-demo-"));
    }

    public async ValueTask DisposeAsync()
    {
        Key.Dispose();
        await _model.DisposeAsync();
        await _chain.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Their windows open one after the other over an epoch, so that there is always something to see.</summary>
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
