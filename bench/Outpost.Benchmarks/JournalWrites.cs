using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Benchmarks;

/// <summary>
/// The journal's time for the whole lives of 200 duties that open in one block, the best of some rounds. In memory: how
/// long a disk takes for its fsyncs says nothing of the journal.
/// </summary>
internal static class JournalWrites
{
    private const int Duties = 200;

    // The first ones compile; what runs beside takes its time from some rounds, and not from all.
    private const int Rounds = 20;
    private const double MostMilliseconds = 100;

    private static readonly Uri Endpoint = new("https://rpc.example");

    internal static Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        using var journal = DutyJournal.Open(":memory:", TimeProvider.System);
        var best = TimeSpan.MaxValue;
        for (var round = 1; round <= Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var begun = TimeProvider.System.GetTimestamp();
            Live(journal, new Height(100 * round));
            var took = TimeProvider.System.GetElapsedTime(begun);
            best = took < best ? took : best;
        }

        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            Figure.AtMost(MostMilliseconds, $"journal-writes {Duties} duties", best.TotalMilliseconds, "ms"),
        ]);
    }

    private static void Live(DutyJournal journal, Height nonce)
    {
        var duties = Enumerable.Range(1, Duties)
            .Select(topic => new Duty(new DutyId(Role.Inferer, new TopicId((ulong)topic), nonce), nonce + 12))
            .ToList();
        duties.ForEach(duty => journal.OpenDuty(duty));
        duties.ForEach(duty => journal.Tell(duty.Id, StoryKind.EntrypointFailed, "HTTP 503", duty.OpensAt));
        duties.ForEach(duty => journal.RecordValue(duty.Id, "3012.45"));
        foreach (var batch in duties.Chunk(50))
        {
            journal.RecordAttempts([.. batch.Select(AttemptOf)]);
        }

        duties.ForEach(duty => journal.RecordSent(duty.Id.ToString(), Endpoint));
        duties.ForEach(duty => journal.Tell(duty.Id, StoryKind.Dropped, "not in the mempool"));
        duties.ForEach(duty => journal.RecordSent(duty.Id.ToString(), Endpoint));
        duties.ForEach(duty =>
            journal.RecordEnd(duty.Id, new Outcome.Included(duty.ClosesAt, duty.Id.ToString())));
    }

    private static Attempt AttemptOf(Duty duty) => new(
        duty.Id, new SignedTransaction(new byte[400], duty.Id.ToString()), 7, 2_100, 210_000, duty.ClosesAt);
}
