using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>Learns how long a chain takes for a block, from the times in its headers.</summary>
internal static class BlockClock
{
    /// <summary>
    /// Over the last <paramref name="sample"/> blocks, or over fewer where the chain is young or the node is pruned.
    /// </summary>
    public static async Task<TimeSpan> AverageAsync(
        ITransport transport, int sample, CancellationToken cancellationToken)
    {
        var head = (await transport.HeadAsync(cancellationToken)).Header;
        var blocks = Math.Min(sample, head.Height - 1);
        while (blocks > 0)
        {
            try
            {
                var earlier = await transport.HeaderAsync(head.Height - blocks, cancellationToken);
                return (head.Time.ToDateTimeOffset() - earlier.Time.ToDateTimeOffset()) / blocks;
            }
            catch (ChainException e) when (e.Fault is ChainFault.NotFound)
            {
                blocks /= 10;
            }
        }

        throw new ChainException(ChainFault.NotFound, "block time", transport.Url,
            $"the node has no block before {head.Height}, so there is nothing to measure yet");
    }
}
