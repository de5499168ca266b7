using System.Globalization;
using System.Text.RegularExpressions;

namespace Outpost.App.Settings;

/// <summary>Durations as people write them: 500ms, 15s, 2m, 1h, 1.5s.</summary>
internal static partial class DurationText
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var match = Pattern().Match(text.Trim());
        if (!match.Success)
        {
            return false;
        }

        var amount = decimal.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var milliseconds = amount * match.Groups[2].Value switch { "ms" => 1, "s" => 1_000, "m" => 60_000, _ => 3_600_000 };
        duration = TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));
        return true;
    }

    /// <summary>The shortest text that means this duration, to the millisecond.</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        return milliseconds switch
        {
            0 => "0s",
            _ when milliseconds % 3_600_000 == 0 => Text(milliseconds / 3_600_000) + "h",
            _ when milliseconds % 60_000 == 0 => Text(milliseconds / 60_000) + "m",
            >= 1_000 => Text(milliseconds / 1_000m) + "s",
            _ => Text(milliseconds) + "ms",
        };
    }

    private static string Text(decimal number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    // Nine digits keep the product far inside a decimal and a TimeSpan.
    [GeneratedRegex(@"^(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|m|h)$")]
    private static partial Regex Pattern();
}
