using Microsoft.Data.Sqlite;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Tests.Node.Journal;

/// <summary>SQLite's own faults, as a disk or another program causes them.</summary>
public sealed class JournalFaultTests : IDisposable
{
    private readonly JournalFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Writes_what_happened_while_the_disk_was_full_once_there_is_room()
    {
        var (duty, time) = (JournalFile.Duty(), new ManualTime());
        using var disk = JournalFile.Connect("file:full-disk?mode=memory&cache=shared");
        using var journal = DutyJournal.Open("file:full-disk?mode=memory&cache=shared", time);
        journal.OpenDuty(duty);
        journal.RecordAttempts([JournalFile.Attempt("AA")]);

        Fill(disk, journal);
        Assert.Contains("The disk is full: free some space.", journal.Trouble, StringComparison.Ordinal);
        journal.RecordSent("AA", new Uri("http://a/"));
        journal.RecordEnd(duty.Id, new Outcome.Included(duty.ClosesAt, "AA"));
        journal.RecordValue(JournalFile.Duty(2).Id, "1.5");
        Assert.Null(journal.Find(duty.Id)!.Outcome);

        Enlarge(disk);
        time.Advance(TimeSpan.FromSeconds(2));
        journal.Tell(null, StoryKind.Obstacle, "room again");
        Assert.Null(journal.Trouble);
        Assert.Equal(new Outcome.Included(duty.ClosesAt, "AA"), journal.Find(duty.Id)!.Outcome);
        var story = journal.Story(duty.Id).Select(entry => entry.Kind);
        Assert.Equal([StoryKind.Opened, StoryKind.Signed, StoryKind.Sent, StoryKind.Included], story);
        var node = journal.Story(null);
        Assert.Equal("room again", node[^1].Detail);
        Assert.True(node.Count > 1, "what filled the disk is not told");
    }

    [Fact]
    public void Writes_what_waits_once_there_is_room_though_nothing_new_happens()
    {
        var (duty, time) = (JournalFile.Duty(), new ManualTime());
        using var disk = JournalFile.Connect("file:quiet-disk?mode=memory&cache=shared");
        using var journal = DutyJournal.Open("file:quiet-disk?mode=memory&cache=shared", time);
        journal.OpenDuty(duty);
        Fill(disk, journal);
        journal.RecordEnd(duty.Id, new Outcome.Included(duty.ClosesAt, "AA"));
        time.Advance(TimeSpan.FromSeconds(5));
        journal.WriteWaiting();
        Assert.Null(journal.Find(duty.Id)!.Outcome);

        Enlarge(disk);
        time.Advance(TimeSpan.FromSeconds(5));
        journal.WriteWaiting();
        Assert.Equal((null, new Outcome.Included(duty.ClosesAt, "AA")), (journal.Trouble, journal.Find(duty.Id)!.Outcome));
    }

    [Fact]
    public void Lets_no_attempt_leave_while_the_disk_is_full_and_opens_duties_all_the_same()
    {
        var time = new ManualTime();
        using var disk = JournalFile.Connect("file:no-attempt?mode=memory&cache=shared");
        using var journal = DutyJournal.Open("file:no-attempt?mode=memory&cache=shared", time);
        Fill(disk, journal);

        var duty = JournalFile.Duty(3);
        Assert.True(journal.OpenDuty(duty).IsNew);
        journal.RecordValue(duty.Id, "2.5");
        var fault = Assert.Throws<JournalException>(() => journal.RecordAttempts([JournalFile.Attempt("BB", 1, duty)]));
        Assert.True(fault.IsTransient);
        Assert.Contains("free some space", fault.Message, StringComparison.Ordinal);
        Assert.Null(journal.Find(duty.Id));

        Enlarge(disk);
        journal.RecordAttempts([JournalFile.Attempt("BB", 1, duty)]);
        var record = journal.Find(duty.Id)!;
        Assert.Equal(("2.5", "BB"), (record.Value, record.LastAttempt!.Transaction.Hash));
        Assert.Equal(
            [StoryKind.Opened, StoryKind.Computed, StoryKind.Signed], journal.Story(duty.Id).Select(entry => entry.Kind));
    }

    [Fact]
    public void Waits_for_a_lock_of_another_program_and_then_says_so()
    {
        using var journal = _file.Open();
        journal.OpenDuty(JournalFile.Duty());
        using (var other = _file.Connect())
        {
            JournalFile.Execute(other, "BEGIN IMMEDIATE");
            var fault = Assert.Throws<JournalException>(() => journal.RecordAttempts([JournalFile.Attempt("AA")]));
            Assert.True(fault.IsTransient);
            Assert.Contains("Another program holds it locked", fault.Message, StringComparison.Ordinal);
        }

        journal.RecordAttempts([JournalFile.Attempt("AA")]);
        Assert.Equal("AA", journal.Find(JournalFile.Duty().Id)!.LastAttempt!.Transaction.Hash);
    }

    [Fact]
    public void Tells_a_damaged_journal_from_one_that_cannot_be_written_now()
    {
        using (var journal = _file.Open())
        {
            Enumerable.Range(1, 500).ToList().ForEach(topic => journal.OpenDuty(JournalFile.Duty((ulong)topic)));
        }

        using (var file = File.OpenWrite(_file.Path))
        {
            file.Position = 4096;
            file.Write(new byte[(int)file.Length - 4096]);
        }

        var fault = Assert.Throws<JournalException>(() =>
        {
            using var journal = _file.Open();
            journal.OpenDuty(JournalFile.Duty(9));
        });
        Assert.False(fault.IsTransient);
        Assert.Contains("-wal", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_the_database_of_another_program_alone()
    {
        using (var other = _file.Connect())
        {
            JournalFile.Execute(other, "CREATE TABLE songs (title TEXT)");
        }

        var before = File.ReadAllBytes(_file.Path);
        var fault = Assert.Throws<JournalException>(() => _file.Open());
        Assert.Contains("database of another program", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_file.Path));
    }

    [Fact]
    public void Does_not_hold_a_folder_that_is_missing_for_a_damaged_journal()
    {
        var fault = Assert.Throws<JournalException>(
            () => DutyJournal.Open(Path.Combine(_file.Path, "missing", "journal.db"), TimeProvider.System));
        Assert.Contains("Does its folder exist", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The shared memory may grow no more, and what room there is gets used up.</summary>
    private static void Fill(SqliteConnection disk, DutyJournal journal)
    {
        var pages = JournalFile.Number(disk, "PRAGMA page_count");
        JournalFile.Execute(disk, $"PRAGMA max_page_count = {pages}");
        for (var i = 0; journal.Trouble is null; i++)
        {
            Assert.InRange(i, 0, 1000);
            journal.Tell(null, StoryKind.Obstacle, new string('x', 400));
        }
    }

    private static void Enlarge(SqliteConnection disk) => JournalFile.Execute(disk, "PRAGMA max_page_count = 100000");
}
