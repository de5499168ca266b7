using Outpost.Node;
using Outpost.Node.Status;

namespace Outpost.App.Terminal;

/// <summary>One picture of a running node, for a screen.</summary>
/// <param name="FreshEnds">The duties that ended since the picture before, oldest first.</param>
internal sealed record NodePicture(NodeStatus Status, IReadOnlyList<DutyEnd> FreshEnds, WindowTally Tally);

/// <summary>Where pictures go: a live view, or lines.</summary>
internal interface INodeScreen
{
    /// <summary>Prepares the screen, runs the loop that gives it pictures, and leaves the screen as it should stay.</summary>
    Task ShowAsync(Func<Action<NodePicture>, Task> loop);
}

/// <summary>Runs a node under a screen until it is stopped, its time is over, or it ends by itself.</summary>
internal sealed class NodeSession(NodeHost host, INodeScreen screen, TimeProvider time)
{
    /// <summary>Short enough that of the ends which a picture remembers none is lost, and that a view is alive.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// What was counted when the stop came: a window that was still open then is nobody's miss. Throws what the node
    /// throws.
    /// </summary>
    public async Task<WindowTally> RunAsync(TimeSpan? limit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var over = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, time);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        var running = host.RunAsync(stop.Token);
        var tally = new WindowTally();
        await screen.ShowAsync(show => WatchAsync(running, tally, show, watch.Token));
        await stop.CancelAsync();
        await running;
        return tally;
    }

    private async Task WatchAsync(
        Task running, WindowTally tally, Action<NodePicture> show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            while (!running.IsCompleted)
            {
                See(tally, show);
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            See(tally, show);
        }
    }

    private void See(WindowTally tally, Action<NodePicture> show)
    {
        var status = host.Status;
        show(new NodePicture(status, tally.See(status), tally));
    }
}
