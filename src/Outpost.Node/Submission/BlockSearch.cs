using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>
/// Searches a block for transactions: by hash when few are looked for, the whole block when many are. With nothing to
/// look for it asks nothing.
/// </summary>
internal sealed partial class BlockSearch(CosmosClient cosmos, ILogger logger)
{
    /// <summary>Up to this many are asked for by hash; for more the block is read.</summary>
    private const int Few = 3;

    /// <summary>Lookups by hash that are under way side by side; an endpoint is not flooded.</summary>
    private const int AskedAtOnce = 8;

    /// <summary>Those that were found, in this block or an earlier one.</summary>
    public async Task<List<TransactionResult>> FindAsync(
        Block block, IReadOnlyList<string> hashes, CancellationToken stop)
    {
        if (block.TransactionCount == 0 || hashes.Count == 0)
        {
            return [];
        }

        if (hashes.Count > Few && await ReadAsync(block.Height, stop) is { } all)
        {
            var wanted = hashes.ToHashSet(StringComparer.Ordinal);
            return [.. all.Where(result => wanted.Contains(result.Hash))];
        }

        // One that cannot be answered hides no other, and many do not wait in one row.
        var found = new List<TransactionResult>();
        foreach (var few in hashes.Chunk(AskedAtOnce))
        {
            found.AddRange((await Task.WhenAll(few.Select(hash => FindAsync(block.Height, hash, stop))))
                .OfType<TransactionResult>());
        }

        return found;
    }

    /// <summary>All transactions of a block; null where no endpoint can tell, or none does now.</summary>
    private async Task<IReadOnlyList<TransactionResult>?> ReadAsync(Height height, CancellationToken stop)
    {
        try
        {
            return await cosmos.TransactionsAsync(height, stop);
        }
        catch (ChainException fault)
        {
            LookingFailed(height, fault.Message);
            return null;
        }
    }

    private async Task<TransactionResult?> FindAsync(Height height, string hash, CancellationToken stop)
    {
        try
        {
            return await cosmos.FindAsync(hash, stop);
        }
        catch (ChainException fault)
        {
            LookingFailed(height, fault.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Looking for transactions at block {Height} failed: {Detail}")]
    private partial void LookingFailed(Height height, string detail);
}
