using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Devnet;
using Outpost.Devnet.Blocks;
using Chain = Outpost.Devnet.Devnet;

namespace Outpost.Tests.Devnet;

/// <summary>
/// A devnet in memory with inferers i1 to i3, forecasters f1 and f2 (or more of them), reputers r1 and r2, spoken to by
/// the shipped client and messages only. Nonces 3, 15, 27…; worker windows of four blocks, truth after twelve.
/// </summary>
internal sealed class NetworkWorld : IAsyncDisposable
{
    public static readonly TopicId Topic = new(1);
    private readonly Dictionary<string, AccountKey> _keys;
    private readonly CosmosClient _client;
    private readonly HttpMessageHandler _network;
    private readonly EmissionsVersion _version;

    public NetworkWorld(
        EmissionsVersion version = EmissionsVersion.V10, EndpointKind face = EndpointKind.Rpc,
        Func<TopicOptions, TopicOptions>? change = null, long? upgradeHeight = null, int inferers = 3, int forecasters = 2)
    {
        _version = version;
        string[] workers = [.. Numbered('i', inferers), .. Numbered('f', forecasters)];
        _keys = workers.Concat(Numbered('r', 2)).ToDictionary(name => name, KeyOf);
        var topic = new TopicOptions
        {
            Id = Topic,
            EpochLength = 12,
            WorkerWindow = 4,
            GroundTruthLag = 12,
            FirstOpening = 3,
            RegisteredWorkers = [.. workers.Select(Address)],
            RegisteredReputers = [new(Address("r1"), 30_000), new(Address("r2"), 10_000)],
        };
        Devnet = Chain.InMemory(
            new DevnetOptions
            {
                BlockTime = null,
                Version = version,
                UpgradeHeight = upgradeHeight,
                Topics = [change?.Invoke(topic) ?? topic],
                Balances = _keys.Keys.ToDictionary(Address, _ => BigInteger.Pow(10, 18)),
            },
            TimeProvider.System);
        Devnet.Observer.Add(Witness);
        _network = Devnet.Network();
        _client = new CosmosClient(
            new CosmosOptions
            {
                Endpoints = [new EndpointOptions(face, face switch
                {
                    EndpointKind.Grpc => Devnet.Grpc,
                    EndpointKind.Lcd => Devnet.Lcd,
                    _ => Devnet.Rpc,
                })],
            },
            _network, TimeProvider.System, new Random(7), NullLoggerFactory.Instance);
        Allora = new AlloraClient(_client);
    }

    public Chain Devnet { get; }

    public AlloraClient Allora { get; }

    public RecordingWitness Witness { get; } = new();

    public AccountKey Key(string name) => _keys[name];

    public string Address(string name) => _keys[name].Address;

    /// <summary>i1 for its address, and so on.</summary>
    public string NameOf(string address) => _keys.Single(of => of.Value.Address == address).Key;

    public async Task UntilAsync(long height)
    {
        await Devnet.ProduceBlocksAsync((int)(height - Devnet.Height), TestContext.Current.CancellationToken);
        Assert.Equal(height, Devnet.Height);
        _client.Saw(new Height(height));
    }

    /// <summary>The next block holds all of these, and takes them.</summary>
    public async Task SendAsync(params IEnumerable<(string Name, Any Message)> messages)
    {
        var hashes = messages.Select(item => Broadcast(item.Name, item.Message)).ToArray();
        await UntilAsync(Devnet.Height + 1);
        foreach (var hash in hashes)
        {
            Assert.Equal("", Devnet.Node.Chain.Store.Find(hash)!.Result.Log);
        }
    }

    public (string, Any) Answer(string name, long nonce, WorkerAnswer answer) =>
        (name, WorkerMessages.Answer(_version, Topic, new(nonce), answer, _keys[name]));

    public (string, Any) Losses(string name, long nonce, ValueBundle<DecimalText> losses) =>
        (name, ReputerMessages.Losses(_version, Topic, new(nonce), losses, _keys[name]));

    public async Task<NetworkInferences> InferencesAsync(long nonce) =>
        (await Allora.Network.InferencesAsync(Topic, new(nonce), TestContext.Current.CancellationToken))!;

    /// <summary>What the witness heard to be paid for a nonce, in uallo.</summary>
    public Dictionary<string, BigInteger> PaidFor(long nonce) => Witness.Blocks.SelectMany(block => block.Payouts)
        .Where(payout => payout.Name.Nonce.Value == nonce)
        .ToDictionary(payout => NameOf(payout.Name.Worker), payout => payout.AmountUallo);

    /// <summary>log10 of the squared error, as a reputer of an mse topic has it.</summary>
    public static ValueBundle<DecimalText> LossesOf(
        ValueBundle<IReadOnlyList<LabeledValue>> inferences, double truth, double more = 0) =>
        inferences.Map((_, values) => Number(Loss(double.Parse(values[0].Value.Text, CultureInfo.InvariantCulture), truth) + more));

    public static double Loss(double value, double truth) => Math.Log10(Math.Pow(value - truth, 2) + 1e-12);

    public static DecimalText Number(double value)
    {
        Assert.True(DecimalText.TryParse(
            value.ToString("R", CultureInfo.InvariantCulture), out var number, out var problem), problem);
        return number;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _network.Dispose();
        await Devnet.DisposeAsync();
    }

    private static IEnumerable<string> Numbered(char letter, int count) =>
        Enumerable.Range(1, count).Select(number => $"{letter}{number}");

    private static AccountKey KeyOf(string name) =>
        AccountKey.FromPrivateKey(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private string Broadcast(string name, Any message)
    {
        var account = Devnet.Node.Chain.Accounts.Find(Address(name))!;
        var signed = Transaction.Sign(
            new TransactionDraft([message], new Fee(10_000_000, 1_000_000), null),
            new SigningContext(Devnet.Options.ChainId, account.Number, account.Sequence), _keys[name]);
        var arrival = Assert.IsType<Arrival.Checked>(Devnet.Node.Broadcast(signed.Bytes.ToArray()));
        Assert.Equal("", arrival.Result.Log);
        return signed.Hash;
    }
}
