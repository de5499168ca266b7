using System.Globalization;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.App.Commands;

/// <summary>A list of duties for people.</summary>
internal static class DutiesTable
{
    private const int WidestDetail = 60;

    public static void Write(IReadOnlyList<DutyRecord> duties, DutyTally tally, TextWriter output)
    {
        if (duties.Count > 0)
        {
            string[][] rows =
            [
                ["duty", "opened (UTC)", "outcome", "block", "left", "what"],
                .. duties.Select(RowOf),
            ];
            var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
            foreach (var row in rows)
            {
                output.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
            }

            output.WriteLine();
        }

        output.WriteLine(Sum(tally));
    }

    private static string[] RowOf(DutyRecord duty)
    {
        var opened = duty.OpenedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var id = duty.Duty.Id.ToString();
        return duty.Outcome switch
        {
            Outcome.Included { IsElsewhere: true } =>
                [id, opened, "included", "", "", "by another process with this key"],
            Outcome.Included included =>
                [id, opened, "included", included.At.ToString(), Left(duty.Duty, included), included.Hash],
            Outcome.Missed missed => [id, opened, "missed", "", "", $"{missed.Reason.Code}: {Short(missed.Detail)}"],
            _ => [id, opened, "open", "", "", $"up to block {duty.Duty.ClosesAt}"],
        };
    }

    /// <summary>The share of the window that was left.</summary>
    public static string Left(Duty duty, Outcome.Included included) =>
        string.Create(CultureInfo.InvariantCulture, $"{duty.Margin(included.At) * 100:0} %");

    /// <summary>One line; what a model or a chain wrote must not steer a terminal.</summary>
    public static string OneLine(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();

    private static string Short(string detail)
    {
        var line = OneLine(detail);
        return line.Length <= WidestDetail ? line : line[..WidestDetail] + "…";
    }

    /// <summary>The hit rate is rounded down: 100 % means that none was missed.</summary>
    private static string Sum(DutyTally tally)
    {
        var reasons = string.Join(", ", tally.MissedBy.Select(reason => $"{reason.ReasonCode} {reason.Count}"));
        var rate = tally.HitRate is { } hitRate
            ? string.Create(CultureInfo.InvariantCulture, $"hit rate {Math.Floor(hitRate * 10_000) / 100:0.00} %")
            : "none has ended";
        return string.Create(CultureInfo.InvariantCulture,
            $"{tally.Included + tally.Missed + tally.Open} duties: {tally.Included} included, {tally.Missed} missed")
            + (reasons.Length > 0 ? $" ({reasons})" : "")
            + string.Create(CultureInfo.InvariantCulture, $", {tally.Open} open; {rate}");
    }
}
