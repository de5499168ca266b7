using Microsoft.Extensions.Logging;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// Brings in what other services have written to a store that is shared: the epochs that they released, and rounds
/// that nobody has closed.
/// </summary>
internal sealed partial class SharedRefresh(
    EpochLedger ledger, RoundWriter writer, IStoreReader store, SteadyClock clock, TimeProvider time,
    ILogger<SharedRefresh> log)
{
    /// <summary>An epoch is taken here that much later than where it was released, at most.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Who opened a round closes it; when it is this late, its opener is gone.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, time, cancellationToken);
                await ledger.LoadAsync(store, cancellationToken);
                var open = await store.OpenRoundsAsync(cancellationToken);
                var overdue = open.Where(round => clock.Now - round.ClosesAt > Overdue).Select(round => round.Key);
                if (overdue.ToList() is { Count: > 0 } keys)
                {
                    await writer.WriteAsync(new WriterTask.Adopt(keys));
                }
            }
            catch (ConsensusException fault)
            {
                Failed(fault.Message);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What other services have written cannot be seen: {Reason}")]
    private partial void Failed(string reason);
}
