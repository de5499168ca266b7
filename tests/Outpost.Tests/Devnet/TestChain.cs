using System.Numerics;
using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Devnet;
using Outpost.Devnet.Blocks;

namespace Outpost.Tests.Devnet;

/// <summary>The state machine alone, with two funded wallets. Account numbers 0 and 1 are the modules'.</summary>
internal sealed class TestChain
{
    public const ulong AliceNumber = 2;
    private readonly TxShape _defaults;
    private readonly WatchedChain _watched;

    public TestChain(Func<DevnetOptions, DevnetOptions>? change = null)
    {
        var options = new DevnetOptions
        {
            BlockTime = null,
            Balances = new Dictionary<string, BigInteger> { [Alice.Address] = BigInteger.Pow(10, 20) },
            Topics = [Topic],
        };
        options = change?.Invoke(options) ?? options;
        _defaults = new TxShape { Account = AliceNumber, Version = (int)options.Version };
        Chain = new Chain(options);
        _watched = new WatchedChain(Chain, new DevnetObserver(TimeProvider.System));
        Node = new ChainNode(_watched, "node-1");
        Produce(1);
    }

    /// <summary>Nonces 3, 15, 27…; windows of four blocks.</summary>
    public static TopicOptions Topic => new()
    {
        Id = new TopicId(1),
        EpochLength = 12,
        WorkerWindow = 4,
        GroundTruthLag = 12,
        FirstOpening = 3,
        RegisteredWorkers = [new TestWallet("alice").Address],
    };

    public TestWallet Alice { get; } = new("alice");

    public TestWallet Bob { get; } = new("bob");

    public Chain Chain { get; }

    public ChainNode Node { get; }

    public long Height => Chain.Store.Height;

    public ulong Sequence => Chain.Accounts.Find(Alice.Address)!.Sequence;

    public Block Produce(int count)
    {
        for (var made = 1; made < count; made++)
        {
            _watched.ProduceBlock(default);
        }

        return _watched.ProduceBlock(default);
    }

    public void ProduceUntil(long height) => Produce((int)(height - Height));

    /// <summary>CheckTx of a message of Alice's with her right sequence, unless changed.</summary>
    public TxResult Check(IMessage message, Func<TxShape, TxShape>? change = null) =>
        Check(Alice.Tx(message, Shape(change)));

    public TxResult Check(byte[] bytes) => Assert.IsType<Arrival.Checked>(Node.Broadcast(bytes)).Result;

    /// <summary>What becomes of a message of Alice's in the next block.</summary>
    public TxResult Deliver(IMessage message, Func<TxShape, TxShape>? change = null)
    {
        Assert.Equal("", Check(message, change).Log);
        return Assert.Single(Produce(1).Transactions).Result;
    }

    public TxShape Shape(Func<TxShape, TxShape>? change = null)
    {
        var shape = _defaults with { Sequence = Sequence };
        return change?.Invoke(shape) ?? shape;
    }

    public static string Pair(TxResult result) => $"{result.Codespace} {result.Code}";
}
