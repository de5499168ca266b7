using Microsoft.Extensions.Logging;

namespace Outpost.Consensus.Service;

/// <summary>
/// Lets old votes leave the store, a few rounds at a time, so that it does not grow with them; while there is much to
/// do, it leaves most of the time to votes that come.
/// </summary>
internal sealed partial class VotePruning(
    RoundWriter writer, TimeSpan kept, SteadyClock clock, TimeProvider time, ILogger<VotePruning> log)
{
    /// <summary>Rounds in one transaction, for whose end votes wait.</summary>
    private const int MostAtOnce = 16;

    /// <summary>After a pass, this many times as long as it took is left to others.</summary>
    private const int RestFactor = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                var began = time.GetTimestamp();
                var task = new WriterTask.Prune(clock.Now - kept, MostAtOnce);
                await writer.WriteAsync(task);
                pause = task.Count == MostAtOnce ? time.GetElapsedTime(began) * RestFactor : Pause;
            }
            catch (ConsensusException fault)
            {
                Failed(fault.Message);
            }

            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old votes could not be removed; it is tried again: {Reason}")]
    private partial void Failed(string reason);
}
