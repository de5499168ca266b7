using Outpost.Chains;
using Outpost.Chains.Allora;

namespace Outpost.Node.Windows;

/// <summary>The block at which to look for the next window, if no event comes first.</summary>
/// <param name="IsForeseen">True when it is the next nonce as long as nothing changes; false for a mere look.</param>
internal readonly record struct NextOpening(Height At, bool IsForeseen)
{
    /// <summary>After a window of the same topic.</summary>
    public static NextOpening After(Height nonce, Topic topic) => new(nonce + topic.EpochLengthBlocks, true);

    /// <summary>As the chain tells it.</summary>
    public static NextOpening Of(Topic topic, WorkerWindow window, Height head)
    {
        var next = window.NextOpensAt.Value > 0 ? window.NextOpensAt : topic.EpochLastEnded + topic.EpochLengthBlocks;
        if (next > head)
        {
            return new NextOpening(next, true);
        }

        // Just due: the endpoint that answered has not seen the block yet. Long due: the topic skips epochs.
        var ahead = head - next < topic.WorkerWindowBlocks ? 1 : Math.Max(1, topic.EpochLengthBlocks / 4);
        return new NextOpening(head + ahead, false);
    }
}
