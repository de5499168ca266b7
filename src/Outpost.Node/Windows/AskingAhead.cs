using Outpost.Node.Blocks;
using Outpost.Node.Roles;
using Outpost.Node.Duties;

namespace Outpost.Node.Windows;

/// <summary>Has an entrypoint that allows it asked before a window opens.</summary>
internal sealed class AskingAhead(IRoleWork work, BlockClock clock)
{
    /// <summary>
    /// Asks when it is time for that; until then, the time that is left. Null: there is nothing to ask ahead for. The
    /// lead is what the entrypoint's answers take, and as much more as the forecast may be off.
    /// </summary>
    public TimeSpan? AskOrWait(DutyId duty, CancellationToken stop)
    {
        if (duty.Nonce <= clock.Head || clock.IsStill || work.Lead is not { } lead)
        {
            return null;
        }

        var forecast = clock.Expect(duty.Nonce);
        var left = forecast.Left - forecast.GiveOrTake - lead;
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        work.AskAhead(duty, stop);
        return null;
    }
}
