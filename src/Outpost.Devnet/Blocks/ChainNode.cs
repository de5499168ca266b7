using System.Threading.Channels;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Blocks;

/// <summary>One node of the chain: takes broadcasts and shows the chain, with what goes wrong at it.</summary>
internal sealed class ChainNode(WatchedChain watched, string name)
{
    public string Name => name;

    public Chain Chain => watched.Chain;

    public DevnetObserver Observer => watched.Observer;

    public NodeFaults Faults { get; } = new(watched.Faults, name);

    /// <summary>Reads what this node shows of the chain, which does not move meanwhile.</summary>
    public T Read<T>(Func<ChainView, T> read) => Chain.Read(chain => read(new ChainView(chain, Faults)));

    public Arrival Broadcast(byte[] bytes) => watched.Broadcast(bytes, name, () => Take(bytes));

    /// <summary>Calls back for every block until disposed. The callback must not block.</summary>
    public IDisposable Listen(Action<Block> listener) => watched.Listen(listener);

    /// <summary>Calls back when a fault begins at this node, until disposed.</summary>
    public IDisposable ListenForFaults(Action<Fault> listener) => watched.ListenForFaults(fault =>
    {
        if (fault.IsAt(name))
        {
            listener(fault);
        }
    });

    /// <summary>Blocks from now on, the newest kept when the reader is slow.</summary>
    public (ChannelReader<Block> Blocks, IDisposable Listening) Follow(int bound) => watched.Follow(bound);

    private Arrival Take(byte[] bytes)
    {
        if (Faults.Has(FaultKind.TxMempoolFull))
        {
            return new Arrival.Full(DecodedTx.HashOf(bytes), Mempool.FullOf(Chain.Options.MempoolTransactions, 0));
        }

        return Faults.Has(FaultKind.TxSwallowed)
            ? new Arrival.Checked(DecodedTx.HashOf(bytes), TxResult.Unjudged, null)
            : Chain.Broadcast(bytes, saysYesToAnySequence: Faults.Has(FaultKind.TxAnySequence));
    }
}
