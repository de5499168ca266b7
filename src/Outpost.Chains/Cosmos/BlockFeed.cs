using System.Threading.Channels;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// The place of one reader in the chain: passes blocks on in order, fetches those in between, and passes none twice.
/// A height counts as reached when its block was told or fetched, never because an endpoint says so.
/// </summary>
internal sealed class BlockFeed(
    EndpointSet endpoints, NewestHead heads, ChannelWriter<Block> blocks, BlockPace pace, TimeProvider time)
{
    // After a longer absence the windows of the older blocks are closed; fetching them would only delay the new ones.
    private const int MaxFetchedGap = 64;

    // Blocks by which a chain may be ahead of its learned pace before a second endpoint has to say so too.
    private const int CredibleLead = 64;

    // A node tells of a block a moment before it has the block's results.
    private const int MaxAsksForNewest = 20;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FetchPatience = TimeSpan.FromSeconds(2);

    private long _passedAt = time.GetTimestamp();

    /// <summary>The last block passed on; null before the first.</summary>
    public long? Last { get; private set; }

    /// <summary>The time since it was passed on.</summary>
    public TimeSpan Silence => time.GetElapsedTime(_passedAt);

    /// <summary>What the endpoints said when they were asked in vain; the blocks that come next carry it.</summary>
    public string? HeldUpBy { get; set; }

    /// <summary>
    /// Passes on every block up to an endpoint's head; before the first block, only the head. False when there was
    /// nothing new, or what the endpoint claims is not to be had.
    /// </summary>
    public async Task<bool> CatchUpAsync(HeadClaim head, CancellationToken cancellationToken)
    {
        if (head.Height <= Last)
        {
            return false;
        }

        if (!await IsCredibleAsync(head, cancellationToken))
        {
            Disbelieve(head, "no other endpoint knows it");
            return false;
        }

        // Where no endpoint gives blocks (LCD, gRPC) a head's word has to do.
        var newest = endpoints.Has<CometTransport>()
            ? await FetchNewestAsync(head, cancellationToken)
            : new Block(new Height(head.Height), null, null);
        if (newest is null)
        {
            Disbelieve(head, "does not have it");
            return false;
        }

        await FillAsync(head, cancellationToken);
        await PassAsync(newest, cancellationToken);
        return true;
    }

    /// <summary>Passes on a block that a socket told, after those before it. False when it is not believed.</summary>
    public async Task<bool> PassAsync(Endpoint from, BlockResults results, CancellationToken cancellationToken)
    {
        if (results.Height <= Last)
        {
            return true;
        }

        var claim = new HeadClaim(from, results.Height);
        if (!await IsCredibleAsync(claim, cancellationToken))
        {
            Disbelieve(claim, "no other endpoint knows it");
            return false;
        }

        await FillAsync(claim, cancellationToken);
        await PassAsync(Told(results), cancellationToken);
        return true;
    }

    private static Block Told(BlockResults results) =>
        new(new Height(results.Height), Inclusion.Events(results.Events), results.TransactionCount);

    private async Task PassAsync(Block block, CancellationToken cancellationToken)
    {
        await blocks.WriteAsync(block with { HeldUpBy = HeldUpBy }, cancellationToken);
        HeldUpBy = block.Newest > block.Height ? HeldUpBy : null;
        Last = block.Height.Value;
        _passedAt = time.GetTimestamp();
        pace.Arrived(block.Height.Value);
    }

    /// <summary>
    /// A head that the learned pace cannot explain is believed when a second endpoint is about there too, when the
    /// block before it can be had from the same endpoint, or when there is no other endpoint to ask.
    /// </summary>
    private async Task<bool> IsCredibleAsync(HeadClaim head, CancellationToken cancellationToken)
    {
        if (Last is not { } last || head.Height - last <= CredibleLead + (2 * (Silence / pace.BlockTime)))
        {
            return true;
        }

        var hasOther = false;
        await foreach (var other in heads.AskAsync(except: head.From, cancellationToken))
        {
            hasOther = true;
            if (other.Height >= head.Height - CredibleLead)
            {
                return true;
            }
        }

        return !hasOther || (head.From.Transport is CometTransport node
            && await TryFetchAsync(head.From, node, head.Height - 1, cancellationToken) is not null);
    }

    /// <summary>Passes on the blocks between ours and this head, fetched from wherever they are to be had.</summary>
    private async Task FillAsync(HeadClaim head, CancellationToken cancellationToken)
    {
        for (var height = (Last ?? head.Height - 1) + 1; height < head.Height; height++)
        {
            // Nodes prune at different depths. What no node has any more is passed on without its events.
            var block = head.Height - height > MaxFetchedGap
                ? null
                : await FetchAsync(height, cancellationToken);
            block ??= new Block(new Height(height), null, null);
            await PassAsync(block with { Newest = new Height(head.Height) }, cancellationToken);
        }
    }

    private async Task<Block?> FetchNewestAsync(HeadClaim head, CancellationToken cancellationToken)
    {
        // One that stalls takes its time once, and not once for each ask: another endpoint may tell at once.
        var start = time.GetTimestamp();
        for (var asked = 0; head.From.Transport is CometTransport node && asked < MaxAsksForNewest
            && time.GetElapsedTime(start) < FetchPatience; asked++)
        {
            if (await TryFetchAsync(head.From, node, head.Height, cancellationToken) is { } block)
            {
                return block;
            }

            await Task.Delay(AskAgainAfter, time, cancellationToken);
        }

        return await FetchAsync(head.Height, cancellationToken);
    }

    private async Task<Block?> FetchAsync(long height, CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints.Candidates())
        {
            if (endpoint.Transport is CometTransport node
                && await TryFetchAsync(endpoint, node, height, cancellationToken) is { } block)
            {
                return block;
            }
        }

        return null;
    }

    private async Task<Block?> TryFetchAsync(
        Endpoint endpoint, CometTransport node, long height, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(FetchPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await endpoints.VerifyAsync(endpoint, either.Token);
            return Told(await node.BlockResultsAsync(height, either.Token));
        }
        catch (ChainException e) when (EndpointSet.IsOfEndpoint(e))
        {
            endpoints.Failed(endpoint, e);
            return null;
        }
        catch (ChainException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            endpoints.Failed(endpoint, new ChainException(ChainFault.Timeout, $"block_results {height}", endpoint.Url,
                $"no answer within {FetchPatience.TotalSeconds:0.#} s"));
            return null;
        }
    }

    private void Disbelieve(HeadClaim claim, string why) => endpoints.Failed(claim.From, new ChainException(
        ChainFault.BadReply, "head", claim.From.Url, $"it claims block {claim.Height} after {Last}: {why}"));
}
