using System.Globalization;

namespace Outpost.Node.Journal;

/// <summary>
/// The journal's tables, as the steps that lead from one version to the next: a new file takes all of them, an older
/// one those that it lacks. A change of shape appends a step; a step that was released never changes.
/// </summary>
internal static class JournalSchema
{
    private const string TheDuties = """
        CREATE TABLE owner (
            chain_id TEXT NOT NULL,
            address TEXT NOT NULL
        );
        CREATE TABLE duties (
            role INTEGER NOT NULL,
            topic INTEGER NOT NULL,
            nonce INTEGER NOT NULL,
            closes_at INTEGER NOT NULL,
            opened_ms INTEGER NOT NULL,
            value TEXT,
            ended_ms INTEGER,
            included_at INTEGER,
            included_hash TEXT,
            reason TEXT,
            detail TEXT,
            PRIMARY KEY (role, topic, nonce)
        ) WITHOUT ROWID;
        CREATE INDEX duties_unfinished ON duties (topic) WHERE ended_ms IS NULL;
        CREATE TABLE attempts (
            hash TEXT PRIMARY KEY,
            role INTEGER,
            topic INTEGER,
            nonce INTEGER,
            sequence INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            fee_uallo TEXT NOT NULL,
            gas_limit INTEGER NOT NULL,
            timeout_height INTEGER NOT NULL,
            signed_ms INTEGER NOT NULL,
            sent_ms INTEGER,
            endpoint TEXT,
            abandoned_ms INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX attempts_of_duty ON attempts (role, topic, nonce, signed_ms);
        """;

    // What happened to each duty; role, topic and nonce are 0 for what happened to the node itself.
    private const string TheStory = """
        CREATE TABLE story (
            role INTEGER NOT NULL,
            topic INTEGER NOT NULL,
            nonce INTEGER NOT NULL,
            position INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            detail TEXT NOT NULL,
            block INTEGER,
            hash TEXT,
            endpoint TEXT,
            PRIMARY KEY (role, topic, nonce, position)
        ) WITHOUT ROWID;
        ALTER TABLE attempts ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
        UPDATE attempts SET sends = 1 WHERE sent_ms IS NOT NULL;
        CREATE INDEX duties_ended ON duties (ended_ms);
        CREATE INDEX duties_opened ON duties (opened_ms);
        CREATE TRIGGER duties_forgotten AFTER DELETE ON duties BEGIN
            DELETE FROM attempts WHERE role = OLD.role AND topic = OLD.topic AND nonce = OLD.nonce;
            DELETE FROM story WHERE role = OLD.role AND topic = OLD.topic AND nonce = OLD.nonce;
        END;
        """;

    // Where it is not the nonce: a reputer's window opens with the truth.
    private const string TheOpenings = "ALTER TABLE duties ADD COLUMN opens_at INTEGER;";

    private static readonly string[] Steps = [TheDuties, TheStory, TheOpenings];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>The version of a file; 0 is an empty one. Throws for what is no journal, or a newer one.</summary>
    public static int VersionOf(JournalDatabase database)
    {
        var version = database.Number("PRAGMA user_version");
        if (version == 0 && database.Number("SELECT count(*) FROM sqlite_master") > 0)
        {
            throw new JournalException(
                $"{database.Path} is a database of another program, no journal. Name another file (\"journal\" in the "
                + "config).");
        }

        return version <= Version
            ? (int)version
            : throw new JournalException(
                $"The journal {database.Path} was written by a newer Outpost (version {version}, this one knows "
                + $"{Version}). Update Outpost, or name another file (\"journal\" in the config).");
    }

    /// <summary>Brings the file to <see cref="Version"/>, whole or not at all.</summary>
    public static void Migrate(JournalDatabase database)
    {
        if (VersionOf(database) < Version)
        {
            database.InTransaction(() => TakeSteps(database));
        }
    }

    private static void TakeSteps(JournalDatabase database)
    {
        foreach (var step in Steps.Skip(VersionOf(database)))
        {
            database.Execute(step);
        }

        database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
    }
}
