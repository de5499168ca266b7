using System.Threading.Channels;

namespace Outpost.Devnet.Blocks;

/// <summary>
/// The node around the chain: takes broadcasts, tells what happens to an observer, hands blocks to listeners.
/// </summary>
internal sealed class ChainNode(Chain chain, DevnetObserver observer)
{
    private readonly Lock _gate = new();
    private readonly List<Action<Block>> _listeners = [];

    public Chain Chain { get; } = chain;

    public DevnetObserver Observer { get; } = observer;

    public Arrival Broadcast(byte[] bytes)
    {
        var arrival = Chain.Broadcast(bytes);
        Observer.Arrived(bytes, arrival, Chain.Types);
        return arrival;
    }

    public Block ProduceBlock(DateTimeOffset time)
    {
        var block = Chain.ProduceBlock(time);
        Observer.Committed(block);
        Action<Block>[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
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
            _listeners.Add(listener);
        }

        return new Listening(() =>
        {
            lock (_gate)
            {
                _listeners.Remove(listener);
            }
        });
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
