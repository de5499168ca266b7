using System.Numerics;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Blocks;

/// <summary>
/// The chain as a state machine: checks, simulates, makes blocks. One lock around it all; no clock inside, so equal
/// options and equal calls give equal chains.
/// </summary>
internal sealed class Chain
{
    private const int MaxTxBytes = 1_048_576;
    private const long MaxBlockBytes = 2_097_152;
    private readonly Lock _gate = new();
    private readonly AccountBook _state = new(null);
    private readonly Mempool _mempool;
    private readonly Ante _ante;
    private readonly MessageRunner _messages;
    private readonly Epochs _epochs;
    private readonly MoneyTerms _money;
    private readonly Random _chance;
    private readonly List<(string Address, BigInteger Amount)> _pendingCredits = [];
    private AccountBook _checkState;
    private MessageTypes _types;

    public Chain(DevnetOptions options)
    {
        Options = options;
        Fees = new FeeMarket(options.GasPriceUallo, options.FeeAllowances);
        Emissions = new EmissionsModule(options);
        Store = new BlockStore(options.KeptBlocks);
        _mempool = new Mempool(options.MempoolTransactions);
        _ante = new Ante(options.ChainId, Fees);
        _messages = new MessageRunner(Emissions);
        _epochs = new Epochs(Emissions);
        _types = new MessageTypes(options.Version);
        _money = new MoneyTerms(options, Fees, _state);
        _chance = new Random(options.Seed);
        History = new AccountHistory(_state);
        _state.Credit(ModuleAccounts.FeeCollector, BigInteger.Zero);
        _state.Credit(ModuleAccounts.Emissions, BigInteger.Zero);
        foreach (var (address, amount) in options.Balances.OrderBy(balance => balance.Key, StringComparer.Ordinal))
        {
            _state.Credit(address, amount);
        }

        _checkState = new AccountBook(_state);
    }

    public DevnetOptions Options { get; }

    public FeeMarket Fees { get; }

    public EmissionsModule Emissions { get; }

    public BlockStore Store { get; }

    /// <summary>The committed accounts.</summary>
    public AccountBook Accounts => _state;

    /// <summary>The accounts of earlier blocks.</summary>
    public AccountHistory History { get; }

    /// <summary>What the running version can read.</summary>
    public MessageTypes Types => _types;

    public IReadOnlyList<Waiting> Waiting => _mempool.Waiting;

    /// <summary>Reads state that does not move meanwhile.</summary>
    public T Read<T>(Func<Chain, T> read)
    {
        lock (_gate)
        {
            return read(this);
        }
    }

    /// <summary>Coins out of nothing, in the next block.</summary>
    public void Fund(string address, BigInteger amount)
    {
        lock (_gate)
        {
            _pendingCredits.Add((address, amount));
        }
    }

    /// <summary>CheckTx, and the mempool if it passes.</summary>
    /// <param name="saysYesToAnySequence">Answers a wrong sequence with code 0, and drops the transaction.</param>
    public Arrival Broadcast(byte[] bytes, bool saysYesToAnySequence = false)
    {
        lock (_gate)
        {
            var hash = DecodedTx.HashOf(bytes);
            if (_mempool.IsFull)
            {
                return new Arrival.Full(hash, _mempool.FullText);
            }

            if (bytes.Length > MaxTxBytes)
            {
                return new Arrival.TooLarge(hash, $"Tx too large. Max size is {MaxTxBytes}, but got {bytes.Length}");
            }

            if (!_mempool.Remember(hash))
            {
                return new Arrival.Known(hash);
            }

            var result = Check(bytes, out var tx);
            if (result.Code != 0)
            {
                _mempool.Forget(hash);
            }

            var isForgiven = saysYesToAnySequence && result.Refused is { Codespace: "sdk", Code: 32 };
            return new Arrival.Checked(hash, isForgiven ? TxResult.Unjudged : result, tx);
        }
    }

    /// <summary>Ante and messages on the pending state, signatures unread, nothing kept.</summary>
    /// <param name="height">The newest block that the asked node has; its mempool holds what came since.</param>
    public TxResult Simulate(byte[] bytes, long height)
    {
        lock (_gate)
        {
            var (types, messages) = height == Store.Height ? (_types, _messages) : As(Emissions.AsOf(height));
            var tx = DecodedTx.Decode(bytes, types, out var refused);
            if (tx is null)
            {
                return TxResult.Unread(refused!);
            }

            var context = new TxContext(tx, TxMode.Simulate, height, new AccountBook(_checkState));
            var undo = new UndoLog();
            var responses = new List<Any>();
            refused = _ante.Run(context) ?? messages.Run(context, undo, responses);
            undo.Undo();
            return TxResult.Of(refused, context, responses);
        }
    }

    /// <summary>Makes the next block out of the mempool.</summary>
    public Block ProduceBlock(DateTimeOffset time, ChainTerms terms)
    {
        lock (_gate)
        {
            var last = Store.Latest;
            var height = Store.Height + 1;
            var earliest = (last?.Time ?? Options.GenesisTime).AddTicks(1);
            var events = BeginBlock(height, terms);
            Evict(terms.EvictionChance);
            var delivered = new List<DeliveredTx>();
            foreach (var waiting in terms.BlocksAreFull ? [] : _mempool.Reap(Options.MaxBlockGas, MaxBlockBytes))
            {
                var result = Deliver(waiting, height);
                delivered.Add(new(waiting.Tx.Bytes, waiting.Tx.Hash, height, delivered.Count, result, waiting.Tx));
            }

            var ended = _epochs.EndBlock(height, _state);
            Emit.Mark(ended, "mode", "EndBlock");
            events.AddRange(ended);
            var block = BlockHash.Seal(
                last,
                new(height, time > earliest ? time : earliest, delivered, events)
                {
                    Hash = [],
                    DataHash = [],
                    LastBlockHash = [],
                    AppHash = last is null ? new byte[32] : BlockHash.NextAppHash(last),
                },
                Options.ChainId);
            Store.Add(block);
            _money.Apply(terms, height);
            History.Commit(height);
            Emissions.Commit(height);
            _checkState = new AccountBook(_state);
            _mempool.Settle(delivered, Recheck);
            return block;
        }
    }

    private static (MessageTypes Types, MessageRunner Messages) As(EmissionsModule module) =>
        (new MessageTypes(module.Version), new MessageRunner(module));

    private TxResult Check(byte[] bytes, out DecodedTx? tx)
    {
        tx = DecodedTx.Decode(bytes, _types, out var refused);
        if (tx is null)
        {
            return TxResult.Unread(refused!);
        }

        var layer = new AccountBook(_checkState);
        var context = new TxContext(tx, TxMode.Check, Store.Height, layer);
        refused = _ante.Run(context);
        if (refused is null)
        {
            layer.Apply();
            _mempool.Add(new Waiting(tx, _types) { VerifiedFor = context.VerifiedFor });
        }

        return TxResult.Of(refused, context, []);
    }

    private bool Recheck(Waiting waiting)
    {
        if (Reread(waiting, out _) is not { } tx)
        {
            return false;
        }

        var layer = new AccountBook(_checkState);
        if (_ante.Run(new TxContext(tx, TxMode.Recheck, Store.Height, layer)) is not null)
        {
            return false;
        }

        layer.Apply();
        return true;
    }

    /// <summary>After an upgrade the waiting bytes may not be readable any more.</summary>
    private DecodedTx? Reread(Waiting waiting, out Refused? refused)
    {
        refused = null;
        return ReferenceEquals(waiting.Types, _types)
            ? waiting.Tx
            : DecodedTx.Decode(waiting.Tx.Bytes, _types, out refused);
    }

    private TxResult Deliver(Waiting waiting, long height)
    {
        var tx = Reread(waiting, out var refused);
        if (tx is null)
        {
            return TxResult.Unread(refused!);
        }

        var anteLayer = new AccountBook(_state);
        var context = new TxContext(tx, TxMode.Deliver, height, anteLayer) { VerifiedFor = waiting.VerifiedFor };
        refused = _ante.Run(context);
        if (refused is not null)
        {
            return TxResult.Of(refused, context, []);
        }

        anteLayer.Apply();
        var paid = context.Events.Count;
        var layer = new AccountBook(_state);
        context.Book = layer;
        var undo = new UndoLog();
        var responses = new List<Any>();
        refused = _messages.Run(context, undo, responses);
        if (refused is null)
        {
            layer.Apply();
        }
        else
        {
            undo.Undo();
            context.Events.RemoveRange(paid, context.Events.Count - paid);
        }

        return TxResult.Of(refused, context, responses);
    }

    private void Evict(decimal chance)
    {
        if (chance > 0)
        {
            _checkState = new AccountBook(_state);
            _mempool.Evict(chance, _chance, Recheck);
        }
    }

    private List<Event> BeginBlock(long height, ChainTerms terms)
    {
        Emissions.Terms = terms.Topics;
        if (Emissions.Version == EmissionsVersion.V9 && (height == Options.UpgradeHeight || terms.IsUpgraded))
        {
            Emissions.Upgrade(height);
            _types = new MessageTypes(Emissions.Version);
        }

        var events = new List<Event>();
        foreach (var (address, amount) in _pendingCredits)
        {
            _state.Credit(address, amount);
            events.Add(Emit.Plain("coin_received", ("receiver", address), ("amount", $"{amount}uallo")));
        }

        _pendingCredits.Clear();
        Emit.Mark(events, "mode", "BeginBlock");
        return events;
    }
}
