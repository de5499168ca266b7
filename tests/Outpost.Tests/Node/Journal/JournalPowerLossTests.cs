using Outpost.Chains;
using Outpost.Node.Duties;

namespace Outpost.Tests.Node.Journal;

/// <summary>The power fails: what is on disk is what the last fsync left there.</summary>
public sealed class JournalPowerLossTests : IDisposable
{
    private readonly JournalFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Keeps_the_attempt_and_its_duty_when_all_behind_the_fsync_is_lost()
    {
        var (duty, next) = (JournalFile.Duty(), JournalFile.Duty(2));
        using var journal = _file.Open();
        journal.OpenDuty(duty);
        journal.RecordValue(duty.Id, "1.5");
        journal.RecordAttempts([JournalFile.Attempt("AA")]);
        using var disk = _file.Copy();
        journal.RecordSent("AA", new Uri("http://a/"));
        journal.RecordEnd(duty.Id, new Outcome.Included(new Height(103), "AA"));
        journal.OpenDuty(next);
        journal.RecordValue(next.Id, "2.5");

        using var after = disk.Open();
        var record = Assert.Single(after.Unfinished());
        Assert.Equal((duty, "1.5", "AA"), (record.Duty, record.Value, record.LastAttempt!.Transaction.Hash));
        Assert.True(after.OpenDuty(next).IsNew);
        Assert.Null(after.OpenDuty(next).Value);
    }

    [Fact]
    public void Opens_with_whatever_part_of_the_unsynced_log_the_disk_has()
    {
        var duty = JournalFile.Duty();
        using var journal = _file.Open();
        journal.OpenDuty(duty);
        journal.RecordAttempts([JournalFile.Attempt("AA", size: 900)]);
        var synced = new FileInfo(_file.Path + "-wal").Length;
        for (var i = 2ul; i < 40; i++)
        {
            journal.OpenDuty(JournalFile.Duty(i));
            journal.RecordValue(JournalFile.Duty(i).Id, "2.5");
        }

        journal.RecordEnd(duty.Id, new Outcome.Included(new Height(103), "AA"));
        var written = new FileInfo(_file.Path + "-wal").Length;
        var random = new Random(7);
        for (var i = 0; i < 40; i++)
        {
            using var disk = _file.Copy();
            using (var log = File.OpenWrite(disk.Path + "-wal"))
            {
                // Cut anywhere, or with a hole: a disk writes its blocks in any order.
                var from = random.NextInt64(synced, written);
                if (i % 2 == 0)
                {
                    log.SetLength(from);
                }
                else
                {
                    log.Position = from;
                    log.Write(new byte[(int)Math.Min(4096, written - from)]);
                }
            }

            using var after = disk.Open();
            Assert.Equal("AA", after.Find(duty.Id)!.LastAttempt!.Transaction.Hash);
        }
    }
}
