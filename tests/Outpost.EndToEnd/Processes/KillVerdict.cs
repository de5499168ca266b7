using Outpost.Devnet;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.EndToEnd.Processes;

/// <summary>What the chain has seen of workers that were killed, and what their journals say of it.</summary>
internal sealed class KillVerdict
{
    private const uint TimeoutHeight = 30;
    private const uint WrongSequence = 32;

    /// <summary>Far more than a worker gets to do in a test.</summary>
    private const int MostDuties = 10_000;

    private KillVerdict(string summary, IReadOnlyList<string> faults)
    {
        Summary = summary;
        Faults = faults;
    }

    /// <summary>All counts in one line.</summary>
    internal string Summary { get; }

    internal IReadOnlyList<string> Faults { get; }

    internal static KillVerdict Of(
        Devnet.Devnet devnet, IReadOnlyList<KilledWorker> workers, long end, IReadOnlyList<FailedTransaction> failed)
    {
        var observer = devnet.Observer;
        var windows = workers.SelectMany(worker => worker.Ledger.ClosedBy(end)).ToArray();
        var closed = windows.ToDictionary(window => window.Payload);
        var due = windows.Where(window => window.IsDue).ToArray();
        var missed = due.Where(window => !window.IsAdmitted).ToArray();
        var late = failed.Where(IsLate).ToArray();
        var twice = observer.Duplicates
            .Where(payload => payload.Value - late.Count(one => one.Payload == payload.Key) > 1).ToArray();
        var wrongSequences = observer.Checked.GetValueOrDefault(("sdk", WrongSequence));

        // The chain took it: every one of these has to be in a block, and each that a worker was told of in its window.
        var accepted = observer.Checked.GetValueOrDefault(("", 0u));
        var delivered = observer.Delivered.Values.Sum();
        var journals = workers.ToDictionary(worker => worker.Seat.Worker, worker => Read(worker.Seat));
        var acknowledged = journals.SelectMany(journal => journal.Value
            .Where(duty => duty.Value.IsAcknowledged)
            .Select(duty => new PayloadName(duty.Key.Topic, duty.Key.Nonce, journal.Key)))
            .ToArray();
        var lost = acknowledged
            .Where(payload => closed.GetValueOrDefault(payload) is { IsAdmitted: false })
            .Where(payload => !late.Any(one => one.Payload == payload))
            .ToArray();
        var untold = windows
            .Where(window => window.IsAdmitted && journals[window.Payload.Worker].GetValueOrDefault(
                new DutyId(Role.Inferer, window.Payload.Topic, window.Payload.Nonce)) is not { IsIncluded: true })
            .ToArray();

        var summary = $"kills {workers.Sum(worker => worker.Kills)}, windows closed {windows.Length}, due {due.Length}, "
            + $"due and included {due.Length - missed.Length}, "
            + $"included in all {windows.Count(window => window.IsAdmitted)}, included twice {twice.Length}, "
            + $"wrong sequences {wrongSequences}, acknowledged {acknowledged.Length}, acknowledged and lost {lost.Length}, "
            + $"late by a block {late.Length}, failed otherwise {failed.Count - late.Length}, "
            + $"broadcasts by answer [{Counts(observer.Checked)}]";
        return new KillVerdict(summary,
        [
            .. twice.Select(payload => $"Included more than once: {payload.Key}"),
            .. missed.Select(window => $"Missed although the node was up for its greater part: {window}\n"
                + StoryOf(window.Payload, workers)),
            .. wrongSequences == 0
                ? (string[])[]
                : [$"{wrongSequences} wrong sequences\n{string.Join('\n', workers.SelectMany(worker => worker.WrongSequences))}"],
            .. accepted == delivered ? (string[])[] : [$"The chain took {accepted}, and {delivered} were in its blocks"],
            .. lost.Select(payload => $"Acknowledged and lost: {payload}\n{StoryOf(payload, workers)}"),
            .. untold.Select(window => $"Included, and the worker's journal does not say so: {window}"),
            .. failed.Except(late).Select(one => $"Failed in its block: {one}"),
        ]);
    }

    /// <summary>
    /// One that was sent for the last block of its window, and met the next. It is not charged, and what is behind it in
    /// the same block has expired with it.
    /// </summary>
    private static bool IsLate(FailedTransaction one) => one is { Codespace: "sdk", Code: TimeoutHeight };

    private static Dictionary<DutyId, (bool IsAcknowledged, bool IsIncluded)> Read(Seat seat)
    {
        using var journal = JournalReader.Open(seat.Journal);
        return journal.Duties(new DutyFilter(), MostDuties).ToDictionary(
            duty => duty.Duty.Id,
            duty => (journal.Attempts(duty.Duty.Id).Any(attempt => attempt.Sends > 0), duty.Outcome is Outcome.Included));
    }

    private static string StoryOf(PayloadName payload, IReadOnlyList<KilledWorker> workers)
    {
        using var journal = JournalReader.Open(
            workers.Single(worker => worker.Seat.Worker == payload.Worker).Seat.Journal);
        return string.Join('\n', journal.Story(new DutyId(Role.Inferer, payload.Topic, payload.Nonce))
            .Select(entry => $"    {entry.At:HH:mm:ss.fff} {entry.Kind} {entry.Block} {entry.Hash} {entry.Detail}"));
    }

    private static string Counts(IEnumerable<KeyValuePair<(string Codespace, uint Code), long>> counts) =>
        string.Join(", ", counts.Select(entry => $"{entry.Key.Codespace} {entry.Key.Code}: {entry.Value}"));
}
