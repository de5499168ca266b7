using System.Threading.Channels;
using Outpost.Devnet.Faults;

namespace Outpost.Devnet.Blocks;

/// <summary>
/// The one chain with all who watch it: what happens is told in the order in which it happened, to the observer first
/// and then to the listeners of each block.
/// </summary>
internal sealed class WatchedChain(Chain chain, DevnetObserver observer)
{
    private readonly Lock _order = new();
    private readonly Lock _gate = new();
    private Action<Block>[] _listeners = [];

    public Chain Chain { get; } = chain;

    public DevnetObserver Observer { get; } = observer;

    /// <summary>What goes wrong at the moment.</summary>
    public DevnetFaults Faults { get; } = new(
        () => chain.Read(state => state.Store.Height), chain.Options.Nodes);

    /// <param name="node">The name of the node that took the bytes.</param>
    /// <param name="take">What it does with them.</param>
    public Arrival Broadcast(byte[] bytes, string node, Func<Arrival> take)
    {
        lock (_order)
        {
            var arrival = take();
            Observer.Arrived(bytes, arrival, Chain.Types, node);
            return arrival;
        }
    }

    /// <summary>One caller at a time.</summary>
    public Block ProduceBlock(DateTimeOffset time)
    {
        Block block;
        lock (_order)
        {
            block = Chain.ProduceBlock(time, ChainTerms.Of(Faults));
            Observer.Committed(block);
        }

        foreach (var listener in _listeners)
        {
            listener(block);
        }

        return block;
    }

    /// <summary>Calls back for every block until disposed. The callback must not block.</summary>
    public IDisposable Listen(Action<Block> listener)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners, listener];
        }

        return new Listening(() =>
        {
            lock (_gate)
            {
                _listeners = [.. _listeners.Where(other => other != listener)];
            }
        });
    }

    /// <summary>Calls back when a fault begins, until disposed.</summary>
    public IDisposable ListenForFaults(Action<Fault> listener)
    {
        void Hear(Fault fault, bool isBeginning)
        {
            if (isBeginning)
            {
                listener(fault);
            }
        }

        Faults.Changed += Hear;
        return new Listening(() => Faults.Changed -= Hear);
    }

    /// <summary>Blocks from now on, the newest kept when the reader is slow.</summary>
    public (ChannelReader<Block> Blocks, IDisposable Listening) Follow(int bound)
    {
        var channel = Channel.CreateBounded<Block>(
            new BoundedChannelOptions(bound) { FullMode = BoundedChannelFullMode.DropOldest });
        return (channel.Reader, Listen(block => channel.Writer.TryWrite(block)));
    }

    private sealed class Listening(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
