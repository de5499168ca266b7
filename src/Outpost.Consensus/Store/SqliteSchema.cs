using System.Globalization;

namespace Outpost.Consensus.Store;

/// <summary>
/// The store's tables, as the steps that lead from one version to the next. A change of shape appends a step; a step
/// that was released never changes. Times are unix milliseconds.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>"OPST" in ASCII, by which a file is known as a store of this program.</summary>
    public const int ApplicationId = 0x4F505354;

    // Votes lie by epoch first: those of the newest epochs share few pages, so a commit writes few.
    private const string TheRounds = """
        CREATE TABLE stream (
            id INTEGER PRIMARY KEY,
            chain_id INTEGER NOT NULL,
            size INTEGER NOT NULL,
            head_offset INTEGER NOT NULL,
            UNIQUE (chain_id, size, head_offset)
        );
        CREATE TABLE epoch (
            stream INTEGER NOT NULL,
            end INTEGER NOT NULL,
            begin INTEGER NOT NULL,
            released_ms INTEGER NOT NULL,
            last_block_hash TEXT,
            invalidated_ms INTEGER,
            PRIMARY KEY (stream, end)
        ) WITHOUT ROWID;
        CREATE TABLE project (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            stream INTEGER NOT NULL,
            roster INTEGER
        );
        CREATE TABLE snapshotter (
            id INTEGER PRIMARY KEY,
            alias TEXT NOT NULL,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            instance_hash BLOB,
            address TEXT,
            rate_limit TEXT NOT NULL,
            is_active INTEGER NOT NULL,
            added_ms INTEGER NOT NULL,
            removed_ms INTEGER
        );
        CREATE UNIQUE INDEX snapshotter_alias ON snapshotter (alias) WHERE removed_ms IS NULL;
        CREATE UNIQUE INDEX snapshotter_instance ON snapshotter (instance_hash) WHERE removed_ms IS NULL;
        CREATE UNIQUE INDEX snapshotter_address ON snapshotter (address) WHERE removed_ms IS NULL;
        CREATE TABLE snapshotters_version (version INTEGER NOT NULL);
        INSERT INTO snapshotters_version VALUES (0);
        CREATE TABLE registration (
            project INTEGER NOT NULL,
            snapshotter INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (project, snapshotter)
        ) WITHOUT ROWID;
        CREATE INDEX registration_of ON registration (snapshotter);
        CREATE TABLE roster (
            id INTEGER PRIMARY KEY,
            project INTEGER NOT NULL,
            members BLOB NOT NULL
        );
        CREATE TABLE round (
            epoch_end INTEGER NOT NULL,
            project INTEGER NOT NULL,
            opened_ms INTEGER NOT NULL,
            closes_ms INTEGER NOT NULL,
            roster INTEGER NOT NULL,
            min_count INTEGER NOT NULL,
            percentage INTEGER NOT NULL,
            decided_ms INTEGER,
            choice INTEGER,
            disagreement INTEGER,
            PRIMARY KEY (epoch_end, project)
        ) WITHOUT ROWID;
        CREATE INDEX round_open ON round (closes_ms) WHERE decided_ms IS NULL;
        CREATE INDEX round_finalized ON round (project, epoch_end) WHERE choice IS NOT NULL;
        CREATE TABLE cid (
            epoch_end INTEGER NOT NULL,
            project INTEGER NOT NULL,
            choice INTEGER NOT NULL,
            cid TEXT NOT NULL,
            PRIMARY KEY (epoch_end, project, choice)
        ) WITHOUT ROWID;
        CREATE TABLE vote (
            epoch_end INTEGER NOT NULL,
            project INTEGER NOT NULL,
            snapshotter INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            choice INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            standing INTEGER NOT NULL,
            PRIMARY KEY (epoch_end, project, snapshotter)
        ) WITHOUT ROWID;
        CREATE TABLE equivocation (
            epoch_end INTEGER NOT NULL,
            project INTEGER NOT NULL,
            snapshotter INTEGER NOT NULL,
            choice INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (epoch_end, project, snapshotter, choice)
        ) WITHOUT ROWID;
        CREATE TABLE issue (
            id INTEGER PRIMARY KEY,
            snapshotter INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            json TEXT NOT NULL
        );
        CREATE INDEX issue_of ON issue (snapshotter, at_ms);
        """;

    private static readonly string[] Steps = [TheRounds, SqliteProofs.Tables, SqlitePastRounds.Tables];

    /// <summary>Brings the file to the newest version, whole or not at all.</summary>
    public static void Migrate(SqliteFile file)
    {
        // The log ahead of the file: readers do not stop the writer. Each commit is an fsync before it is told.
        // By itself SQLite moves the log into the file only should nobody else do it for long (64 MiB).
        file.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384");
        file.Execute("BEGIN IMMEDIATE");
        try
        {
            var version = VersionOf(file);
            foreach (var step in Steps.Skip(version))
            {
                file.Execute(step);
            }

            file.Execute(string.Create(CultureInfo.InvariantCulture,
                $"PRAGMA user_version = {Steps.Length}; PRAGMA application_id = {ApplicationId}; COMMIT"));
        }
        catch (ConsensusException)
        {
            file.RollBack();
            throw;
        }
    }

    private static int VersionOf(SqliteFile file)
    {
        var version = file.Number("PRAGMA user_version");
        var isOurs = file.Number("PRAGMA application_id") == ApplicationId;
        if (!isOurs && (version > 0 || file.Number("SELECT count(*) FROM sqlite_master") > 0))
        {
            throw new ConsensusException($"{file.Path} is a database of another program. Name another file (\"store\" "
                + "in the config).");
        }

        return version <= Steps.Length
            ? (int)version
            : throw new ConsensusException($"The store {file.Path} was written by a newer Outpost (version {version}, "
                + $"this one knows {Steps.Length}). Update Outpost, or name another file (\"store\" in the config).");
    }
}
