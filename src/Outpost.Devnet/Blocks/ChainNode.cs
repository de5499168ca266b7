using System.Threading.Channels;

namespace Outpost.Devnet.Blocks;

/// <summary>One node of the chain: takes broadcasts and shows the chain under its own name.</summary>
internal sealed class ChainNode(WatchedChain watched, string name)
{
    public string Name => name;

    public Chain Chain => watched.Chain;

    public DevnetObserver Observer => watched.Observer;

    public Arrival Broadcast(byte[] bytes) => watched.Broadcast(bytes, name);

    /// <summary>Calls back for every block until disposed. The callback must not block.</summary>
    public IDisposable Listen(Action<Block> listener) => watched.Listen(listener);

    /// <summary>Blocks from now on, the newest kept when the reader is slow.</summary>
    public (ChannelReader<Block> Blocks, IDisposable Listening) Follow(int bound) => watched.Follow(bound);
}
