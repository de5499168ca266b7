using System.Buffers;
using System.Globalization;

namespace Outpost.Devnet.Faults;

/// <summary>Durations in plans: 500ms, 1.5s, 2m, 1h. Exact to the tick, so that a printed plan is the plan.</summary>
internal static class SpanText
{
    private const decimal LongestTicks = 36_500m * TimeSpan.TicksPerDay;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        var end = text.AsSpan().IndexOfAnyExcept(Digits);
        if (end <= 0
            || Unit(text[end..]) is not { } ticks
            || !decimal.TryParse(
                text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > LongestTicks / ticks)
        {
            return false;
        }

        span = TimeSpan.FromTicks((long)(number * ticks));
        return true;
    }

    public static string Format(TimeSpan span) => span.Ticks % TimeSpan.TicksPerSecond == 0 || span.Ticks > 10_000_000
        ? Text(span.Ticks, TimeSpan.TicksPerSecond) + "s"
        : Text(span.Ticks, TimeSpan.TicksPerMillisecond) + "ms";

    private static string Text(long ticks, long unit) =>
        (ticks / (decimal)unit).ToString("0.#######", CultureInfo.InvariantCulture);

    private static long? Unit(string name) => name switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        "d" => TimeSpan.TicksPerDay,
        _ => null,
    };
}
