using System.Numerics;
using Outpost.App.Commands;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Tests.Node;

namespace Outpost.Tests.Tidy;

/// <summary>For each reason a duty that was missed for it, as 'outpost duties show' prints it.</summary>
internal static class ReasonExamples
{
    private const string Model = "GET http://localhost:8000/inference/1/5024";
    private const string Hash = "6B1F40C2A7D85E93B2A6C4417F0D9E58336B7CA1D20E95F48B7A6310CDE95A27";

    /// <summary>What happened before the end, with the seconds since the step before.</summary>
    private sealed record Step(double After, StoryKind Kind, string Detail);

    private sealed record Example(string Detail, params Step[] Steps);

    private static readonly Step Computed = new(0.6, StoryKind.Computed, "3012.45");
    private static readonly Step Signed = new(0.05, StoryKind.Signed, "");
    private static readonly Step Sent = new(0.1, StoryKind.Sent, "");

    private static readonly Dictionary<Reason, Example> Examples = new()
    {
        [Reason.ModelUnreachable] = new($"{Model}: Connection refused (localhost:8000)",
            new Step(0.1, StoryKind.EntrypointFailed, $"{Model}: Connection refused (localhost:8000)"),
            new Step(1.1, StoryKind.EntrypointFailed, $"{Model}: Connection refused (localhost:8000)")),
        [Reason.ModelTimeout] = new($"{Model} gave no answer within 15 s",
            new Step(15, StoryKind.EntrypointFailed, $"{Model} gave no answer within 15 s"),
            new Step(16, StoryKind.EntrypointFailed, $"{Model} gave no answer within 15 s")),
        [Reason.ModelError] = new($"{Model} answered HTTP 500: division by zero",
            new Step(0.3, StoryKind.EntrypointFailed, $"{Model} answered HTTP 500: division by zero")),
        [Reason.ModelAnswerInvalid] = new($"{Model}: NaN is not a decimal number",
            new Step(0.3, StoryKind.EntrypointFailed, $"{Model}: NaN is not a decimal number")),
        [Reason.WindowClosed] = new($"sent as {Hash}, and no block took it", Computed, Signed, Sent,
            new Step(15, StoryKind.Dropped, "no longer in the mempool"), new Step(0.1, StoryKind.SentAgain, "")),
        [Reason.ChainUnreachable] = new("no endpoint answered within 5 s", Computed,
            new Step(5, StoryKind.Obstacle, "no endpoint answered within 5 s")),
        [Reason.OutOfFunds] = new("the account holds 300 uallo and the fee is 2,100", Computed,
            new Step(0.2, StoryKind.Obstacle, "the account holds 300 uallo and the fee is 2,100")),
        [Reason.FeeAboveCap] = new("the fee would be 9100 uallo and the cap is 5000", Computed,
            new Step(0.2, StoryKind.Obstacle, "the fee would be 9100 uallo and the cap is 5000")),
        [Reason.MempoolFull] = new("sdk 20: mempool is full", Computed, Signed,
            new Step(0.1, StoryKind.Refused, "sdk 20: mempool is full")),
        [Reason.ChainHalted] = new($"sent as {Hash}, and no block took it", Computed, Signed, Sent,
            new Step(3600, StoryKind.Obstacle, "no block since 5027")),
        [Reason.JournalUnavailable] = new("The journal outpost.db: database or disk is full. Free some space.",
            Computed, new Step(0.1, StoryKind.Obstacle, "database or disk is full")),
        [Reason.SubmittedElsewhere] = new("the account's sequence went from 41 to 42 without this node", Computed, Signed,
            new Step(0.1, StoryKind.Refused, "sdk 32: account sequence mismatch, expected 42, got 41")),
        [Reason.NotRegistered] = new("emissions 16: inferer is not registered in this topic", Computed, Signed,
            new Step(0.1, StoryKind.Refused, "emissions 16: inferer is not registered in this topic")),
        [Reason.NotWhitelisted] = new("emissions 67: inferer not whitelisted in this topic", Computed, Signed,
            new Step(0.1, StoryKind.Refused, "emissions 67: inferer not whitelisted in this topic")),
        [Reason.StakeTooLow] = new("emissions 11: insufficient stake", Computed, Signed,
            new Step(0.1, StoryKind.Refused, "emissions 11: insufficient stake")),
        [Reason.NotAdmitted] = new($"{Hash} is in block 5027 with code 0", Computed, Signed, Sent),
        [Reason.Refused] = new("sdk 4: signature verification failed", Computed, Signed,
            new Step(0.1, StoryKind.Refused, "sdk 4: signature verification failed")),
        [Reason.DryRun] = new("the answer was computed and not sent", Computed),
        [Reason.Interrupted] = new("the node was away until the window was over",
            new Step(900, StoryKind.Resumed, "")),
        [Reason.SeenTooLate] = new("the window was over at block 5036"),
        [Reason.Fault] = new("InvalidOperationException: the journal holds the value 3012,45", Computed),
    };

    /// <summary>The real journal, told what happened, and the real command's words for it.</summary>
    internal static string Of(Reason reason)
    {
        // A reason without a story of its own is shown by its summary.
        var example = Examples.GetValueOrDefault(reason) ?? new Example(reason.Summary, Computed);
        var folder = Directory.CreateTempSubdirectory("reasons").FullName;
        try
        {
            var path = Path.Combine(folder, "journal.db");
            var duty = new Duty(new DutyId(Role.Inferer, new TopicId(1), new Height(5024)), new Height(5036));
            Write(path, duty, reason, example);
            using var journal = JournalReader.Open(path);
            using var text = new StringWriter { NewLine = "\n" };
            DutiesStory.Write(journal.Find(duty.Id)!, journal.Attempts(duty.Id), journal.Story(duty.Id), text);
            return text.ToString();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string path, Duty duty, Reason reason, Example example)
    {
        var time = new ManualTime();
        using var journal = DutyJournal.Open(path, time);
        journal.OpenDuty(duty);
        foreach (var (after, kind, detail) in example.Steps)
        {
            time.Advance(TimeSpan.FromSeconds(after));
            switch (kind)
            {
                case StoryKind.Computed:
                    journal.RecordValue(duty.Id, detail);
                    break;
                case StoryKind.Signed:
                    journal.RecordAttempts([new Attempt(
                        duty.Id, new SignedTransaction(new byte[1], Hash), 41, new BigInteger(2100), 210_000, duty.ClosesAt)]);
                    break;
                case StoryKind.Sent or StoryKind.SentAgain:
                    journal.RecordSent(Hash, new Uri("https://rpc.example.org/"));
                    break;
                case StoryKind.Resumed:
                    journal.OpenDuty(duty);
                    break;
                default:
                    journal.Tell(duty.Id, kind, detail);
                    break;
            }
        }

        time.Advance(TimeSpan.FromSeconds(5));
        journal.RecordEnd(duty.Id, new Outcome.Missed(reason, example.Detail));
    }
}
