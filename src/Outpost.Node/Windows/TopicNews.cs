using System.Threading.Channels;
using Outpost.Chains.Allora;

namespace Outpost.Node.Windows;

/// <summary>What the blocks tell of one topic, on its way from their one reader to the topic's loop.</summary>
internal sealed class TopicNews
{
    /// <summary>Events wait here for a moment; only the newest matter.</summary>
    private const int Kept = 8;

    // Null says no more than: look around.
    private readonly Channel<AlloraEvent?> _events = Channel.CreateBounded<AlloraEvent?>(
        new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Add(AlloraEvent? happened) => _events.Writer.TryWrite(happened);

    public bool TryRead(out AlloraEvent? happened) => _events.Reader.TryRead(out happened);

    /// <summary>Completes, at the latest when it is cancelled, when there is something to read.</summary>
    public Task WaitAsync(CancellationToken wake) => _events.Reader.WaitToReadAsync(wake).AsTask();
}
