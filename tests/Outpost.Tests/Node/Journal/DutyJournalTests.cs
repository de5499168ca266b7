using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Tests.Node.Journal;

public sealed class DutyJournalTests : IDisposable
{
    private static readonly Duty Duty = new(new DutyId(Role.Inferer, new TopicId(1), new Height(100)), new Height(112));

    private readonly string _folder = Directory.CreateTempSubdirectory("journal").FullName;

    private string Path => System.IO.Path.Combine(_folder, "test.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Knows_an_unfinished_duty_with_its_value_and_bytes_after_a_restart()
    {
        using (var journal = DutyJournal.Open(Path, TimeProvider.System))
        {
            Assert.Null(journal.OpenDuty(Duty).Value);
            journal.RecordValue(Duty.Id, "1E-7");
            journal.RecordAttempts([AttemptWith("AA", 7)]);
        }

        using var again = DutyJournal.Open(Path, TimeProvider.System);
        var record = Assert.Single(again.Unfinished());
        Assert.Equal(Duty, record.Duty);
        Assert.Equal("1E-7", record.Value);
        Assert.Equal("AA", record.LastAttempt!.Transaction.Hash);
        Assert.Equal([1, 2, 3], record.LastAttempt.Transaction.Bytes.ToArray());
        Assert.Equal(7ul, record.LastAttempt.Sequence);
        Assert.Equal(BigInteger.Parse("123456789012345678901234567890", null), record.LastAttempt.FeeUallo);
    }

    [Fact]
    public void Does_not_give_back_an_attempt_that_was_abandoned()
    {
        using var journal = DutyJournal.Open(Path, TimeProvider.System);
        journal.OpenDuty(Duty);
        journal.RecordAttempts([AttemptWith("AA", 7)]);
        journal.RecordAbandoned("AA");
        Assert.Null(journal.Find(Duty.Id)!.LastAttempt);
    }

    [Fact]
    public void Keeps_the_first_end_of_a_duty()
    {
        using var journal = DutyJournal.Open(Path, TimeProvider.System);
        journal.OpenDuty(Duty);
        journal.RecordEnd(Duty.Id, new Outcome.Included(new Height(103), "AA"));
        journal.RecordEnd(Duty.Id, new Outcome.Missed(Reason.WindowClosed, "late"));
        Assert.Equal(new Outcome.Included(new Height(103), "AA"), journal.OpenDuty(Duty).Outcome);
        Assert.Empty(journal.Unfinished());
    }

    [Fact]
    public void Keeps_the_reason_of_a_miss()
    {
        using var journal = DutyJournal.Open(Path, TimeProvider.System);
        journal.OpenDuty(Duty);
        journal.RecordEnd(Duty.Id, new Outcome.Missed(Reason.ModelTimeout, "no answer"));
        Assert.Equal(new Outcome.Missed(Reason.ModelTimeout, "no answer"), journal.Find(Duty.Id)!.Outcome);
    }

    [Fact]
    public void Refuses_to_serve_another_account()
    {
        using var journal = DutyJournal.Open(Path, TimeProvider.System);
        journal.Claim("chain-1", "allo1a");
        journal.Claim("chain-1", "allo1a");
        var fault = Assert.Throws<JournalException>(() => journal.Claim("chain-1", "allo1b"));
        Assert.Contains("belongs to allo1a on chain-1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_file_is_no_journal()
    {
        File.WriteAllText(Path, new string('x', 4096));
        Assert.Contains(Path, Assert.Throws<JournalException>(
            () => DutyJournal.Open(Path, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private static Attempt AttemptWith(string hash, ulong sequence) => new(
        Duty.Id, new SignedTransaction(new byte[] { 1, 2, 3 }, hash), sequence,
        BigInteger.Parse("123456789012345678901234567890", null), 200_000, Duty.ClosesAt);
}
