using Outpost.Chains;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Tests.Node.Journal;

public sealed class JournalMigrationTests : IDisposable
{
    /// <summary>What version 1 wrote: its tables, an unfinished duty that was sent, a done one, and its owner.</summary>
    private const string VersionOne = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE owner (chain_id TEXT NOT NULL, address TEXT NOT NULL);
        CREATE TABLE duties (
            role INTEGER NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL, closes_at INTEGER NOT NULL,
            opened_ms INTEGER NOT NULL, value TEXT, ended_ms INTEGER, included_at INTEGER, included_hash TEXT,
            reason TEXT, detail TEXT, PRIMARY KEY (role, topic, nonce)
        ) WITHOUT ROWID;
        CREATE INDEX duties_unfinished ON duties (topic) WHERE ended_ms IS NULL;
        CREATE TABLE attempts (
            hash TEXT PRIMARY KEY, role INTEGER, topic INTEGER, nonce INTEGER, sequence INTEGER NOT NULL,
            bytes BLOB NOT NULL, fee_uallo TEXT NOT NULL, gas_limit INTEGER NOT NULL, timeout_height INTEGER NOT NULL,
            signed_ms INTEGER NOT NULL, sent_ms INTEGER, endpoint TEXT, abandoned_ms INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX attempts_of_duty ON attempts (role, topic, nonce, signed_ms);
        PRAGMA user_version = 1;
        INSERT INTO owner VALUES ('chain-1', 'allo1a');
        INSERT INTO duties VALUES (1, 1, 100, 112, 1000, '1E-7', NULL, NULL, NULL, NULL, NULL);
        INSERT INTO duties VALUES (1, 1, 80, 92, 900, '2.5', 950, 84, 'BB', NULL, NULL);
        INSERT INTO duties VALUES (1, 2, 80, 92, 900, NULL, 951, NULL, NULL, 'model-timeout', 'no answer');
        INSERT INTO attempts VALUES ('AA', 1, 1, 100, 7, x'010203', '2100', 200000, 112, 1001, 1002, 'http://a', NULL);
        INSERT INTO attempts VALUES ('BB', 1, 1, 80, 6, x'010203', '2100', 200000, 92, 901, NULL, NULL, NULL);
        """;

    private readonly JournalFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Brings_a_journal_of_version_1_up_to_date_and_loses_nothing()
    {
        using (var old = _file.Connect())
        {
            JournalFile.Execute(old, VersionOne);
        }

        using (var journal = _file.Open())
        {
            journal.Claim("chain-1", "allo1a");
            Assert.Throws<JournalException>(() => journal.Claim("chain-1", "allo1b"));
            var record = Assert.Single(journal.Unfinished());
            Assert.Equal(("1E-7", "AA", 7ul),
                (record.Value, record.LastAttempt!.Transaction.Hash, record.LastAttempt.Sequence));
            Assert.Equal(new Outcome.Included(new Height(84), "BB"), journal.Find(JournalFile.Duty(1, 80).Id)!.Outcome);
            Assert.Equal(
                new Outcome.Missed(Reason.ModelTimeout, "no answer"), journal.Find(JournalFile.Duty(2, 80).Id)!.Outcome);

            Assert.Empty(journal.Story(record.Duty.Id));
            journal.OpenDuty(record.Duty);
            journal.RecordSent("AA", null);
            Assert.Equal([StoryKind.Resumed, StoryKind.SentAgain], journal.Story(record.Duty.Id).Select(entry => entry.Kind));
        }

        using var file = _file.Connect();
        Assert.Equal(3, JournalFile.Number(file, "PRAGMA user_version"));
        Assert.Equal(2, JournalFile.Number(file, "SELECT sends FROM attempts WHERE hash = 'AA'"));
    }

    [Fact]
    public void A_migrated_journal_has_the_shape_of_a_new_one()
    {
        using (var old = _file.Connect())
        {
            JournalFile.Execute(old, VersionOne);
        }

        _file.Open().Dispose();
        using var fresh = new JournalFile();
        fresh.Open().Dispose();
        Assert.Equal(Shape(fresh), Shape(_file));
    }

    [Fact]
    public void Refuses_a_journal_of_a_newer_Outpost()
    {
        _file.Open().Dispose();
        using (var file = _file.Connect())
        {
            JournalFile.Execute(file, "PRAGMA user_version = 99");
        }

        var fault = Assert.Throws<JournalException>(() => _file.Open());
        Assert.False(fault.IsTransient);
        Assert.Contains("newer Outpost", fault.Message, StringComparison.Ordinal);
    }

    private static List<string> Shape(JournalFile file)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT m.type || ' ' || m.name || ' ' || coalesce(group_concat(c.name || ' ' || c.type), '') "
            + "FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) c GROUP BY m.name ORDER BY m.name";
        using var row = command.ExecuteReader();
        var lines = new List<string>();
        while (row.Read())
        {
            lines.Add(row.GetString(0));
        }

        return lines;
    }
}
