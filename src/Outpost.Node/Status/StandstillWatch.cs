using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Node.Blocks;

namespace Outpost.Node.Status;

/// <summary>
/// Tells a chain that stands still from endpoints that are dead: when no block has come for several block times it
/// asks an endpoint for its head, and while blocks come it asks nothing.
/// </summary>
public sealed partial class StandstillWatch(
    CosmosClient cosmos, BlockClock clock, TimeProvider time, ILogger<StandstillWatch> logger)
{
    /// <summary>How often a chain that stands still is asked whether it does.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ShortestSleep = TimeSpan.FromSeconds(1);

    /// <summary>Ends by cancellation only.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            var left = clock.UntilSilent;
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left > ShortestSleep ? left : ShortestSleep, time, stop);
                continue;
            }

            if (await IsStillAsync(stop))
            {
                StandsStill(clock.Head, clock.BlockTime.TotalSeconds);
                await UntilItMovesAsync(stop);
                Moves(clock.Head);
                continue;
            }

            await Task.Delay(AskAgainAfter, time, stop);
        }
    }

    private async Task<bool> IsStillAsync(CancellationToken stop)
    {
        try
        {
            return clock.ConfirmStill((await cosmos.HeadAsync(stop)).Height);
        }
        catch (ChainException fault)
        {
            // Nobody knows whether it stands still: that the endpoints are dead is said where they are used.
            Unknown(fault.Message);
            return false;
        }
    }

    private async Task UntilItMovesAsync(CancellationToken stop)
    {
        while (clock.IsStill)
        {
            await clock.NextBlockAsync(stop);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The chain stands still at block {Head}, which takes {Seconds:0.0} s as a rule; waiting for it")]
    private partial void StandsStill(Height head, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The chain moves again, block {Head}")]
    private partial void Moves(Height head);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No block comes, and no endpoint answers: {Detail}")]
    private partial void Unknown(string detail);
}
