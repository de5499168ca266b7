using Outpost.Chains;
using Outpost.Node.Blocks;
using Outpost.Node.Duties;

namespace Outpost.Node.Windows;

/// <summary>
/// The block by which a topic's next event has to have come: the end of its newest window, then the next opening. Used
/// by its topic's loop only.
/// </summary>
internal sealed class NextEvent(BlockClock clock)
{
    /// <summary>Blocks that an event may be late before the chain is asked: a window can have three blocks.</summary>
    private const long OverdueBlocks = 1;

    /// <summary>While blocks come and no question is answered, it is asked again this often.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private Height? _opening;
    private Duty? _window;
    private bool _hasEvents;
    private Height? _closed;

    /// <summary>Cancelled when the chain is to be asked, since the event is overdue.</summary>
    public CancellationToken IsOverdue { get; private set; }

    /// <summary>
    /// A window's end that no event tells shows that events are left out, or that there are none. Then the epoch may
    /// have become shorter as well, unseen, and the next opening is sooner than it was foreseen.
    /// </summary>
    public void Plan(NextOpening next, Duty? newest, bool hasEvents)
    {
        (_opening, _window, _hasEvents) = (next.At, newest, hasEvents);
        Plan();
    }

    /// <summary>The end of this window was told by its event.</summary>
    public void Closed(Height nonce)
    {
        _closed = nonce;
        Plan();
    }

    /// <summary>
    /// No endpoint has answered. A block is the sign that one is well again; dead ones are left alone until then.
    /// </summary>
    public void AwaitBlocks()
    {
        _opening = null;
        IsOverdue = clock.Reached(clock.Head + Math.Max(1, (long)(AskAgainAfter / clock.BlockTime)));
    }

    /// <summary>Nothing is expected of the topic.</summary>
    public void Forget() => (_opening, IsOverdue) = (null, CancellationToken.None);

    private void Plan()
    {
        if (_opening is not { } opening)
        {
            return;
        }

        var end = _window?.ClosesAt + OverdueBlocks;
        var isTold = _hasEvents && _window?.Id.Nonce == _closed;
        var isSooner = !isTold && end > clock.Head && end < opening;
        IsOverdue = clock.Reached(isSooner ? end!.Value : opening + (_hasEvents ? OverdueBlocks : 0));
    }
}
