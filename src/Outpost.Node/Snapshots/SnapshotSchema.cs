using System.Globalization;
using Microsoft.Data.Sqlite;
using Outpost.Node.Journal;

namespace Outpost.Node.Snapshots;

/// <summary>The tables of the snapshots' file, and the only place that makes them.</summary>
internal static class SnapshotSchema
{
    private const int Version = 1;

    private const string Tables = """
        CREATE TABLE epochs (
            epoch_end INTEGER PRIMARY KEY,
            epoch_begin INTEGER NOT NULL,
            seen_ms INTEGER NOT NULL,
            is_open INTEGER NOT NULL DEFAULT 1,
            last_hash BLOB,
            timestamp INTEGER
        );
        CREATE INDEX epochs_open ON epochs (epoch_end) WHERE is_open = 1;
        CREATE INDEX epochs_timestamp ON epochs (timestamp) WHERE timestamp IS NOT NULL;
        CREATE TABLE snapshots (
            project TEXT NOT NULL,
            epoch_end INTEGER NOT NULL,
            state INTEGER NOT NULL,
            cid TEXT,
            finalized_cid TEXT,
            reason TEXT,
            detail TEXT NOT NULL DEFAULT '',
            changed_ms INTEGER NOT NULL,
            PRIMARY KEY (project, epoch_end)
        ) WITHOUT ROWID;
        CREATE INDEX snapshots_epoch ON snapshots (epoch_end);
        CREATE INDEX snapshots_submitted ON snapshots (epoch_end) WHERE state = 3;
        CREATE TABLE content (
            cid TEXT PRIMARY KEY,
            bytes BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE metadata (
            contract BLOB NOT NULL,
            call BLOB NOT NULL,
            answer BLOB NOT NULL,
            PRIMARY KEY (contract, call)
        ) WITHOUT ROWID;
        """;

    /// <summary>Opens or makes the file.</summary>
    /// <exception cref="JournalException">It cannot be used, or is another program's.</exception>
    public static JournalDatabase Open(string path)
    {
        var database = JournalDatabase.Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            var version = database.Number("PRAGMA user_version");
            var isEmpty = database.Number("SELECT count(*) FROM sqlite_master") == 0;
            if (version > Version || (version == 0 && !isEmpty))
            {
                throw new JournalException(version > Version
                    ? $"The snapshots in {path} were written by a newer Outpost: update this one."
                    : $"{path} is a database of another program: name another file (\"snapshots.store\").");
            }

            database.WriteAhead();
            if (isEmpty)
            {
                database.InTransaction(() =>
                {
                    database.Execute(Tables);
                    database.Execute(SnapshotSeries.Tables);
                    database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
                });
            }

            return database;
        }
        catch (JournalException)
        {
            database.Dispose();
            throw;
        }
    }
}
