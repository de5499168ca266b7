using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// Every block, in order and without a gap. By websocket where there is an RPC endpoint, moving to the next one when
/// a socket breaks or falls silent; by polling the head where there is none, or where no websocket opens.
/// </summary>
internal sealed partial class BlockStream(
    EndpointSet endpoints, BlockSocket sockets, TimeProvider time, Random random, ILogger logger)
{
    private const int MaxUnreadBlocks = 256;
    private const int SocketFailuresBeforePolling = 4;
    private const int BlockTimeSample = 20;

    private static readonly TimeSpan PollingTurn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AssumedBlockTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(1);

    public async IAsyncEnumerable<Block> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<Block>(
            new BoundedChannelOptions(MaxUnreadBlocks) { SingleReader = true, SingleWriter = true });
        var watch = WatchAsync(channel.Writer, stop.Token);
        try
        {
            await foreach (var block in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return block;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(ChannelWriter<Block> blocks, CancellationToken cancellationToken)
    {
        try
        {
            var feed = new BlockFeed(endpoints, blocks, time);
            var failures = 0;
            while (true)
            {
                var before = feed.Last;
                try
                {
                    await TurnAsync(feed, failures, cancellationToken);
                    failures = 0;
                }
                catch (ChainException e)
                {
                    // A socket that carried blocks before it broke starts the count again.
                    failures = feed.Last == before ? failures + 1 : 1;
                    var pause = Pause(failures);
                    StreamBroken(pause.TotalSeconds, e.Message);
                    await Task.Delay(pause, time, cancellationToken);
                }
            }
        }
        catch (Exception e)
        {
            // The reader gets it: a cancellation as one, anything else as the bug that it is.
            blocks.TryComplete(e);
        }
    }

    private async Task TurnAsync(BlockFeed feed, int failures, CancellationToken cancellationToken)
    {
        List<Endpoint> nodes = [.. endpoints.Candidates().Where(one => one.Transport is CometTransport)];
        if (nodes.Count == 0 || failures >= SocketFailuresBeforePolling)
        {
            await PollAsync(feed, cancellationToken);
            return;
        }

        var endpoint = nodes[failures % nodes.Count];
        try
        {
            await endpoints.VerifyAsync(endpoint, cancellationToken);
        }
        catch (ChainException e) when (EndpointSet.IsOfEndpoint(e))
        {
            endpoints.Failed(endpoint, e);
            throw;
        }

        await FollowAsync(feed, (CometTransport)endpoint.Transport, cancellationToken);
    }

    /// <summary>Follows one websocket until it breaks, which is thrown.</summary>
    private async Task FollowAsync(BlockFeed feed, CometTransport node, CancellationToken cancellationToken)
    {
        using var subscription = await sockets.OpenAsync(node.Url, cancellationToken);
        var head = await node.HeadAsync(cancellationToken);
        await feed.CatchUpAsync(node, head.Header.Height, cancellationToken);
        Following(node.Url.Authority, feed.Last ?? 0);
        var silence = 8 * await BlockTimeAsync(node, cancellationToken);
        silence = silence < ShortestSilence ? ShortestSilence : silence;

        while (true)
        {
            // Cancelling a receive breaks the socket, so silence is timed beside it.
            var next = subscription.NextAsync(cancellationToken);
            while (!await IsDoneWithinAsync(next, silence, cancellationToken))
            {
                var now = await node.HeadAsync(cancellationToken);
                if (now.Header.Height > feed.Last)
                {
                    throw new ChainException(ChainFault.Timeout, BlockSubscription.Operation, node.Url,
                        $"the websocket is silent though the chain has reached block {now.Header.Height}");
                }
            }

            await feed.PassAsync(node, await next, cancellationToken);
        }
    }

    /// <summary>
    /// Asks for the head when a block is due: for a turn if there are sockets to try again, else for good.
    /// </summary>
    private async Task PollAsync(BlockFeed feed, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var blockTime = await endpoints.ReadAsync<ITransport, TimeSpan>(
            "block time", BlockTimeAsync, cancellationToken);
        var step = Clamp(blockTime / 10);
        while (time.GetElapsedTime(start) < PollingTurn)
        {
            var (head, node) = await endpoints.ReadAsync(
                "head",
                async (ITransport transport, CancellationToken token) =>
                    (await transport.HeadAsync(token), transport as CometTransport),
                cancellationToken);
            var hasMoved = head.Header.Height > (feed.Last ?? 0);
            if (hasMoved)
            {
                await feed.CatchUpAsync(node, head.Header.Height, cancellationToken);
            }

            // By our own clock since we saw the block: the node's clock may be off.
            await Task.Delay(hasMoved && blockTime > 2 * step ? blockTime - step : step, time, cancellationToken);
        }
    }

    private async Task<bool> IsDoneWithinAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(task, Task.Delay(limit, time, done.Token));
        await done.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == task;
    }

    private static async Task<TimeSpan> BlockTimeAsync(ITransport transport, CancellationToken cancellationToken)
    {
        try
        {
            return await BlockClock.AverageAsync(transport, BlockTimeSample, cancellationToken);
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound or ChainFault.UnknownPath)
        {
            return AssumedBlockTime;
        }
    }

    private TimeSpan Pause(int failures)
    {
        var milliseconds = Math.Min(
            FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 16) - 1), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(milliseconds * (0.5 + random.NextDouble()));
    }

    private static TimeSpan Clamp(TimeSpan step) =>
        step < ShortestPoll ? ShortestPoll : step > LongestPoll ? LongestPoll : step;

    [LoggerMessage(LogLevel.Debug, "Following new blocks at {Endpoint} from block {Height}.")]
    private partial void Following(string endpoint, long height);

    [LoggerMessage(LogLevel.Warning, "The stream of blocks broke and is resumed in {Seconds:0.00} s: {Problem}")]
    private partial void StreamBroken(double seconds, string problem);
}
