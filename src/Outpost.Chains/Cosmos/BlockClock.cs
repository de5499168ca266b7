using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>Reads how long a chain takes for a block from the times in its headers.</summary>
internal static class BlockClock
{
    /// <summary>The stretches that are compared, so that a halt in one of them does not count.</summary>
    private const int Stretches = 4;

    /// <summary>
    /// Over the last <paramref name="sample"/> blocks, or over fewer where the chain is young or the node is pruned:
    /// the median of the averages of four stretches.
    /// </summary>
    public static async Task<TimeSpan> AverageAsync(
        ITransport transport, int sample, CancellationToken cancellationToken)
    {
        var head = await transport.HeadAsync(cancellationToken);
        for (var blocks = Math.Min(sample, head.Height - 1); blocks > 0; blocks /= 10)
        {
            try
            {
                return await MedianAsync(transport, head, blocks, cancellationToken);
            }
            catch (ChainException e) when (e.Fault is ChainFault.NotFound)
            {
                // Pruned, or a young chain: a shorter stretch may do.
            }
        }

        throw new ChainException(ChainFault.NotFound, "block time", transport.Url,
            $"the node has no block before {head.Height}, so there is nothing to measure yet");
    }

    private static async Task<TimeSpan> MedianAsync(
        ITransport transport, NodeHead head, long blocks, CancellationToken cancellationToken)
    {
        var heights = Enumerable.Range(1, Stretches).Select(n => head.Height - (blocks * n / Stretches)).Distinct()
            .Where(height => height < head.Height);
        var headers = await Task.WhenAll(
            heights.Select(height => transport.HeaderAsync(height, cancellationToken)));
        var earlier = headers.Select(header => (header.Height, Time: header.Time.ToDateTimeOffset())).ToArray();
        TimeSpan[] paces =
        [
            .. earlier.Prepend((head.Height, head.Time)).Zip(earlier, (later, before) =>
                (later.Time - before.Time) / (later.Height - before.Height))
                .Order(),
        ];
        return paces[(paces.Length - 1) / 2];
    }
}
