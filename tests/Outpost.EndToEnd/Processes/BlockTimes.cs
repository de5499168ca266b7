using System.Collections.Concurrent;

namespace Outpost.EndToEnd.Processes;

/// <summary>When the devnet had each block, by this process's clock.</summary>
internal sealed class BlockTimes(Devnet.Devnet devnet)
{
    private readonly ConcurrentDictionary<long, long> _seen = new();

    /// <summary>Notes every block until cancelled; a block that is overtaken has the time of the next.</summary>
    internal async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var next = devnet.Height; ; next++)
            {
                await devnet.WaitForHeightAsync(next, cancellationToken);
                _seen[next] = TimeProvider.System.GetTimestamp();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    /// <summary>Null when the block has not been made, or was made before following began.</summary>
    internal long? Of(long height) => _seen.TryGetValue(height, out var timestamp) ? timestamp : null;
}
