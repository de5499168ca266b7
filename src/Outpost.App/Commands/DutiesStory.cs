using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.App.Commands;

/// <summary>One duty for people: what it is, what happened, its attempts, and what it came to.</summary>
internal static partial class DutiesStory
{
    private const int LongestAnswer = 160;

    public static void Write(
        DutyRecord record, IReadOnlyList<AttemptRecord> attempts, IReadOnlyList<StoryEntry> story, TextWriter output)
    {
        var duty = record.Duty;
        output.WriteLine($"{duty.Id}  {Word(record.Outcome)}");
        output.WriteLine(Text($"  window   blocks {duty.OpensAt + 1} to {duty.ClosesAt}, {duty.WindowBlocks} blocks"));
        output.WriteLine(Text($"  opened   {record.OpenedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC"));
        if (record.EndedAt is { } ended)
        {
            output.WriteLine(
                Text($"  ended    {ended.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC, {Since(record, ended)}"));
        }

        output.WriteLine($"  answer   {(record.Value is { } value ? Short(value) : "none")}");
        output.WriteLine();
        output.WriteLine("What happened");
        foreach (var entry in story)
        {
            output.WriteLine(LineOf(record, entry));
        }

        if (story.Count == 0)
        {
            output.WriteLine("  This was not written down yet when the duty was done.");
        }

        foreach (var attempt in attempts)
        {
            WriteAttempt(record, attempt, output);
        }

        WriteEnd(record, attempts, output);
    }

    /// <summary>The name of a kind as users read it, such as sent-again.</summary>
    public static string Name(StoryKind kind) => WordStart().Replace(kind.ToString(), "-$0").ToLowerInvariant();

    private static string LineOf(DutyRecord record, StoryEntry entry)
    {
        var about = new[]
        {
            entry.Block is { } block ? $"block {block}" : null,
            entry.Hash is { } hash ? hash[..Math.Min(8, hash.Length)] : null,
            entry.Endpoint,
        };
        var subject = string.Join(", ", about.Where(part => part is not null));
        return Text($"  {entry.At.UtcDateTime:HH:mm:ss.fff}  {Since(record, entry.At),10}  {Name(entry.Kind),-17}  ")
            + (subject.Length > 0 ? subject + ": " : "") + DutiesTable.OneLine(entry.Detail);
    }

    private static void WriteAttempt(DutyRecord record, AttemptRecord known, TextWriter output)
    {
        var attempt = known.Attempt;
        output.WriteLine();
        output.WriteLine($"Transaction {attempt.Transaction.Hash}");
        output.WriteLine(
            Text($"  sequence {attempt.Sequence}, fee {attempt.FeeUallo:N0} uallo, gas {attempt.GasLimit:N0}, ")
            + $"for blocks up to {attempt.TimeoutHeight}");
        var sent = known.SentAt is { } at
            ? Text($"taken {known.Sends} times, last {Since(record, at)} by {known.Endpoint ?? "an endpoint"}")
            : "taken by no endpoint that is known";
        output.WriteLine($"  signed {Since(record, known.SignedAt)}, {sent}"
            + (known.AbandonedAt is { } given ? $", given up {Since(record, given)}" : ""));
    }

    private static void WriteEnd(DutyRecord record, IReadOnlyList<AttemptRecord> attempts, TextWriter output)
    {
        output.WriteLine();
        switch (record.Outcome)
        {
            case Outcome.Included { IsElsewhere: true } elsewhere:
                output.WriteLine(Text($"Included by another process with this key, as seen at block {elsewhere.At}"));
                output.WriteLine("  what to do     Stop the other process, or give each node an account of its own.");
                break;
            case Outcome.Included included:
                var fee = attempts.FirstOrDefault(
                    known => known.Attempt.Transaction.Hash == included.Hash)?.Attempt.FeeUallo;
                output.WriteLine($"Included in block {included.At} as {included.Hash}");
                output.WriteLine($"  {DutiesTable.Left(record.Duty, included)} of the window was left"
                    + (fee is null ? "" : Text($"; the fee was {fee:N0} uallo")));
                break;
            case Outcome.Missed missed:
                output.WriteLine($"Missed: {missed.Reason.Code}");
                output.WriteLine($"  what happened  {missed.Reason.Summary}");
                output.WriteLine($"  in this case   {DutiesTable.OneLine(missed.Detail)}");
                output.WriteLine($"  what to do     {missed.Reason.Fix}");
                break;
            default:
                output.WriteLine($"Open: it can be included up to block {record.Duty.ClosesAt}");
                break;
        }
    }

    /// <summary>A reputer of 32 inferers has hundreds of losses.</summary>
    private static string Short(string answer) => answer.Length <= LongestAnswer
        ? answer
        : $"{answer[..LongestAnswer]}… (all of it: --json)";

    private static string Word(Outcome? outcome) => outcome switch
    {
        null => "open",
        Outcome.Included => "included",
        Outcome.Missed missed => $"missed: {missed.Reason.Code}",
        _ => throw new UnreachableException(),
    };

    /// <summary>The time since the duty was opened. It is the wall clock's, which can be set back.</summary>
    private static string Since(DutyRecord record, DateTimeOffset at) =>
        Text($"{(at < record.OpenedAt ? "-" : "+")}{(at - record.OpenedAt).Duration().TotalSeconds:0.000} s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();
}
