using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>Epochs as the consensus service releases them: asked for again and again, as Pooler does.</summary>
internal sealed partial class ReleasedEpochs(
    ConsensusClient consensus, TimeSpan interval, TimeProvider time, ILogger logger) : IEpochSource
{
    public async IAsyncEnumerable<Epoch> NewestAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Epoch? told = null;
        var isSilent = false;
        while (true)
        {
            Epoch? newest = null;
            try
            {
                newest = await consensus.CurrentEpochAsync(cancellationToken);
                if (isSilent)
                {
                    Back();
                }

                isSilent = false;
            }
            catch (ConsensusCallException problem)
            {
                // The same again is no news.
                Silent(isSilent ? LogLevel.Debug : LogLevel.Warning, problem.Message);
                isSilent = true;
            }

            if (newest is { } epoch && epoch != told)
            {
                if (epoch.End < told?.End)
                {
                    // A service that was reset: its epochs are served all the same.
                    WentBack(epoch, told.Value);
                }

                told = epoch;
                yield return epoch;
            }

            await Task.Delay(interval, time, cancellationToken);
        }
    }

    [LoggerMessage("No epochs can be asked for: {Problem}")]
    private partial void Silent(LogLevel level, string problem);

    [LoggerMessage(LogLevel.Information, "The consensus service answers again.")]
    private partial void Back();

    [LoggerMessage(LogLevel.Warning,
        "The consensus service went back to epoch {Epoch} from {Before}: was it reset? Its epochs are served.")]
    private partial void WentBack(Epoch epoch, Epoch before);
}
