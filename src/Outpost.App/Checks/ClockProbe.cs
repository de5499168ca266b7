using Outpost.App.Settings;
using Outpost.Chains.Cosmos;

namespace Outpost.App.Checks;

/// <summary>Holds this machine's clock against the newest block's time.</summary>
internal static class ClockProbe
{
    /// <summary>A healthy chain's newest block is younger; what is more is a wrong clock or a chain that stands still.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    public static Finding Run(ChainHead head, DateTimeOffset now)
    {
        var ahead = now - head.Time;
        if (ahead.Duration() <= Tolerance)
        {
            return new Finding(Grade.Ok, "clock", $"within {DurationText.Format(Tolerance)} of the newest block");
        }

        var by = Rounded(ahead.Duration());
        return ahead > TimeSpan.Zero
            ? new Finding(Grade.Warn, "clock", $"this machine is {by} ahead of the newest block",
                "set the clock (timedatectl set-ntp true); if it is right, the chain stands still")
            : new Finding(Grade.Warn, "clock", $"this machine is {by} behind the newest block",
                "set the clock (timedatectl set-ntp true); windows are met anyway, log times are wrong");
    }

    private static string Rounded(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => $"{span.TotalDays:0} days",
        { TotalMinutes: >= 100 } => $"{span.TotalHours:0.#} hours",
        _ => $"{span.TotalMinutes:0.#} minutes",
    };
}
