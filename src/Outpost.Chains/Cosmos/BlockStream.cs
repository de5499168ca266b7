using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// Every block, in order and without a gap. Two websockets at two RPC endpoints follow the chain and whichever tells a
/// block first is heard; when both are silent, or there is none, the endpoints are asked for their head when a block is
/// due.
/// </summary>
internal sealed class BlockStream(
    EndpointSet endpoints, BlockSocket sockets, TimeProvider time, Random random, ILogger logger)
{
    private const int MaxUnreadBlocks = 256;

    /// <summary>Followers' news that wait to be read: a few blocks of each.</summary>
    private const int MaxUnreadNews = 32;

    /// <summary>A second socket removes the gap that a silent one leaves; a third would only cost.</summary>
    private const int MaxFollowers = 2;

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
            var news = Channel.CreateBounded<FollowerNews>(
                new BoundedChannelOptions(MaxUnreadNews) { SingleReader = true });
            var seats = new FollowerSeats(endpoints);
            var followers = Enumerable
                .Range(0, Math.Min(MaxFollowers, endpoints.All.Count(one => one.Transport is CometTransport)))
                .Select(_ => new BlockFollower(seats, sockets, news.Writer, time, new Random(random.Next()), logger))
                .ToArray();
            var pace = new BlockPace(time, BlockWatch.AssumedBlockTime);
            var heads = new NewestHead(endpoints, time);
            var feed = new BlockFeed(endpoints, heads, blocks, pace, time);
            var watch = new BlockWatch(heads, feed, pace, followers, time, logger);
            await watch.RunAsync(news.Reader, cancellationToken);
        }
        catch (Exception e)
        {
            // The reader gets it: a cancellation as one, anything else as the bug that it is.
            blocks.TryComplete(e);
        }
    }
}
