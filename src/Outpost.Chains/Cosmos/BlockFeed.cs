using System.Threading.Channels;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// The place of one reader in the chain: passes blocks on in order, fetches those in between, and passes none twice.
/// </summary>
internal sealed class BlockFeed(EndpointSet endpoints, ChannelWriter<Block> blocks, TimeProvider time)
{
    // After a longer absence the windows of the older blocks are closed; fetching them would only delay the new ones.
    private const int MaxFetchedGap = 500;

    // A node tells of a block a moment before it has the block's results.
    private const int MaxAsksForNewest = 20;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>The last block passed on; null before the first.</summary>
    public long? Last { get; private set; }

    /// <summary>Passes on every block up to the head; before the first block, only the head.</summary>
    public async Task CatchUpAsync(CometTransport? node, long head, CancellationToken cancellationToken)
    {
        for (var height = (Last ?? head - 1) + 1; height <= head; height++)
        {
            var isOld = head - height > MaxFetchedGap;
            var block = isOld || node is null
                ? new Block(new Height(height), null, null)
                : await FetchAsync(node, height, height == head, cancellationToken);
            await PassAsync(block, cancellationToken);
        }
    }

    /// <summary>Passes on a block that was told by a node, after those before it.</summary>
    public async Task PassAsync(CometTransport node, BlockResults results, CancellationToken cancellationToken)
    {
        if (results.Height <= Last)
        {
            return;
        }

        if (Last is not null)
        {
            await CatchUpAsync(node, results.Height - 1, cancellationToken);
        }

        await PassAsync(Told(results), cancellationToken);
    }

    private static Block Told(BlockResults results) =>
        new(new Height(results.Height), Inclusion.Events(results.Events), results.TransactionCount);

    private async Task PassAsync(Block block, CancellationToken cancellationToken)
    {
        await blocks.WriteAsync(block, cancellationToken);
        Last = block.Height.Value;
    }

    private async Task<Block> FetchAsync(
        CometTransport node, long height, bool isNewest, CancellationToken cancellationToken)
    {
        for (var asked = 1; ; asked++)
        {
            try
            {
                return Told(await node.BlockResultsAsync(height, cancellationToken));
            }
            catch (ChainException e) when (e.Fault is ChainFault.NotFound)
            {
                if (!isNewest || asked == MaxAsksForNewest)
                {
                    return await FetchElsewhereAsync(node, height, cancellationToken);
                }
            }

            await Task.Delay(AskAgainAfter, time, cancellationToken);
        }
    }

    // Nodes prune at different depths. A block that no node has any more is passed on without its events.
    private async Task<Block> FetchElsewhereAsync(
        CometTransport asked, long height, CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints.Candidates())
        {
            if (endpoint.Transport is not CometTransport other || other == asked)
            {
                continue;
            }

            try
            {
                await endpoints.VerifyAsync(endpoint, cancellationToken);
                return Told(await other.BlockResultsAsync(height, cancellationToken));
            }
            catch (ChainException e) when (EndpointSet.IsOfEndpoint(e))
            {
                endpoints.Failed(endpoint, e);
            }
            catch (ChainException e) when (e.Fault is ChainFault.NotFound)
            {
                continue;
            }
        }

        return new Block(new Height(height), null, null);
    }
}
