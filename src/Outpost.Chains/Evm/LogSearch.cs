using System.Diagnostics;
using Outpost.Chains.Rpc;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>
/// Searches for logs over as many blocks at once as the endpoints take, and over fewer, down to one block and one
/// address, where they refuse.
/// </summary>
internal sealed class LogSearch(EvmReads reads)
{
    /// <summary>The logs in the order of the chain.</summary>
    /// <param name="expected">The hash that a block has to have; null: any.</param>
    public async Task<IReadOnlyList<EvmLog>> FindAsync(
        LogFilter filter, long from, long to, Func<long, Hash32?> expected, CancellationToken cancellationToken)
    {
        var found = new List<EvmLog>();
        foreach (var some in Cut(from, to, reads.Limits.Blocks).Chunk(EvmReads.MaxBeside))
        {
            var parts = await Task.WhenAll(
                some.Select(range => RangeAsync(filter, range.From, range.To, expected, cancellationToken)));
            found.AddRange(parts.SelectMany(part => part));
        }

        return found;
    }

    private async Task<IReadOnlyList<EvmLog>> RangeAsync(
        LogFilter filter, long from, long to, Func<long, Hash32?> expected, CancellationToken cancellationToken)
    {
        // The header proves that the node has come as far as it is asked: one that has not finds nothing, silently.
        var operation = $"logs of blocks {from} to {to}";
        var last = EvmRequests.Header(BlockId.At(to));
        var answers = await reads.AskAsync(
            [EvmRequests.Logs(filter, from, to), new EvmRequest<object>(last.Method, last.Parameters, last.Read)],
            operation, Freshness.AtBlock(to), cancellationToken);
        return answers[0] switch
        {
            IReadOnlyList<EvmLog> logs => Checked(logs, (EvmHeader)answers[1], expected, operation),
            EvmRefusal refusal =>
                await InPartsAsync(filter, from, to, expected, refusal, operation, cancellationToken),
            _ => throw new UnreachableException(),
        };
    }

    private async Task<IReadOnlyList<EvmLog>> InPartsAsync(
        LogFilter filter, long from, long to, Func<long, Hash32?> expected, EvmRefusal refusal, string operation,
        CancellationToken cancellationToken)
    {
        var found = new List<EvmLog>();
        if (to > from)
        {
            var size = Math.Clamp(refusal.Most ?? long.MaxValue, 1, (to - from + 1) / 2);
            foreach (var (begin, end) in Cut(from, to, size))
            {
                found.AddRange(await RangeAsync(filter, begin, end, expected, cancellationToken));
            }

            return found;
        }

        if (filter.Addresses.Count <= 1)
        {
            throw new ChainException(ChainFault.Refused, operation, null,
                $"the logs of one address in one block are too much for every endpoint: {refusal.Text}");
        }

        foreach (var some in filter.Addresses.Chunk((filter.Addresses.Count + 1) / 2))
        {
            found.AddRange(await RangeAsync(filter with { Addresses = some }, from, to, expected, cancellationToken));
        }

        return [.. found.OrderBy(log => log.Index)];
    }

    private static IReadOnlyList<EvmLog> Checked(
        IReadOnlyList<EvmLog> logs, EvmHeader last, Func<long, Hash32?> expected, string operation)
    {
        var isOne = logs.All(log => log.BlockHash == (expected(log.BlockNumber) ?? log.BlockHash))
            && last.Hash == (expected(last.Number) ?? last.Hash)
            && (logs.Count == 0 || logs[^1].BlockNumber != last.Number || logs[^1].BlockHash == last.Hash);
        return isOne ? logs : throw new ChainException(ChainFault.BadReply, operation, null,
            $"the blocks up to {last.Number} changed while they were read; ask again");
    }

    private static IEnumerable<(long From, long To)> Cut(long from, long to, long size)
    {
        for (var begin = from; begin <= to; begin += size)
        {
            yield return (begin, Math.Min(to, begin + size - 1));
        }
    }
}
