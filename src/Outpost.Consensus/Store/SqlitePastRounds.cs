using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>
/// Rounds of the past in an SQLite file: those that are void, since their epoch was released anew, and those whose
/// votes have left.
/// </summary>
internal static class SqlitePastRounds
{
    /// <summary>The step of the schema that came with them. Times are unix milliseconds.</summary>
    public const string Tables = """
        ALTER TABLE epoch ADD COLUMN releases INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE round ADD COLUMN is_pruned INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX round_unpruned ON round (closes_ms) WHERE is_recorded = 1 AND is_pruned = 0;
        CREATE TABLE former_round (
            epoch_end INTEGER NOT NULL,
            project INTEGER NOT NULL,
            release INTEGER NOT NULL,
            opened_ms INTEGER NOT NULL,
            closes_ms INTEGER NOT NULL,
            roster INTEGER NOT NULL,
            min_count INTEGER NOT NULL,
            percentage INTEGER NOT NULL,
            decided_ms INTEGER,
            cid TEXT,
            disagreement INTEGER,
            record BLOB,
            PRIMARY KEY (epoch_end, project, release)
        ) WITHOUT ROWID;
        CREATE TABLE former_vote (
            epoch_end INTEGER NOT NULL,
            project INTEGER NOT NULL,
            release INTEGER NOT NULL,
            snapshotter INTEGER NOT NULL,
            cid TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            standing INTEGER,
            signer TEXT,
            slot_id INTEGER,
            deadline INTEGER,
            signature TEXT,
            PRIMARY KEY (epoch_end, project, release, snapshotter, cid)
        ) WITHOUT ROWID;
        """;

    // Values: 1 the release that is over, 2 the epoch's end, 3 the stream.
    private const string OfEpoch = "epoch_end = ?2 AND project IN (SELECT id FROM project WHERE stream = ?3)";

    private static readonly string[] Keep =
    [
        $"""
        INSERT INTO former_round
        SELECT epoch_end, project, ?1, opened_ms, closes_ms, roster, min_count, percentage, decided_ms,
            (SELECT cid FROM cid WHERE cid.epoch_end = round.epoch_end AND cid.project = round.project
                AND cid.choice = round.choice),
            disagreement,
            (SELECT json FROM record WHERE record.epoch_end = round.epoch_end AND record.project = round.project)
        FROM round WHERE {OfEpoch}
        """,
        $"""
        INSERT INTO former_vote
        SELECT epoch_end, project, ?1, snapshotter, cid, at_ms, standing, signer, slot_id, deadline, signature
        FROM vote JOIN cid USING (epoch_end, project, choice)
            LEFT JOIN vote_signature USING (epoch_end, project, snapshotter)
        WHERE {OfEpoch}
        """,
        $"""
        INSERT INTO former_vote (epoch_end, project, release, snapshotter, cid, at_ms)
        SELECT epoch_end, project, ?1, snapshotter, cid, at_ms
        FROM equivocation JOIN cid USING (epoch_end, project, choice) WHERE {OfEpoch}
        """,
    ];

    private static readonly string[] OfRounds = ["vote", "equivocation", "vote_signature", "cid", "record", "round"];

    /// <summary>
    /// Makes the rounds of an epoch void that is released anew: they are kept apart, and no longer are its rounds.
    /// </summary>
    /// <returns>Their projects; none when this release is known already.</returns>
    public static IReadOnlyList<int> Void(SqliteFile file, long stream, ReleasedEpoch epoch)
    {
        var end = epoch.Epoch.End;
        if (file.Prepare("SELECT 1 FROM epoch WHERE stream = ? AND end = ? AND releases < ?")
            .With(stream).With(end).With(epoch.Releases).Rows(_ => true).Count == 0)
        {
            return [];
        }

        var projects = file.Prepare(
            "SELECT project FROM round WHERE epoch_end = ? AND project IN (SELECT id FROM project WHERE stream = ?)")
            .With(end).With(stream).Rows(row => row.Int(0));
        foreach (var sql in Keep)
        {
            file.Prepare(sql).With(epoch.Releases - 1).With(end).With(stream).Run();
        }

        foreach (var project in projects)
        {
            foreach (var table in OfRounds)
            {
                file.Prepare($"DELETE FROM {table} WHERE epoch_end = ? AND project = ?").With(end).With(project).Run();
            }
        }

        return projects;
    }

    /// <summary>Rounds that closed before this time, have their record, and still have their votes.</summary>
    public static IReadOnlyList<RoundKey> Prunable(SqliteFile file, DateTimeOffset before, int most) =>
        file.Prepare("""
            SELECT project, epoch_end FROM round WHERE closes_ms < ? AND is_recorded = 1 AND is_pruned = 0
            ORDER BY closes_ms LIMIT ?
            """).With(before).With(most).Rows(row => new RoundKey(row.Int(0), row.Long(1)));

    /// <summary>Removes a round's votes; its verdict, its record and its leaf stay.</summary>
    public static void Prune(SqliteFile file, RoundKey key)
    {
        foreach (var table in (string[])["vote", "equivocation", "vote_signature", "former_vote"])
        {
            file.Prepare($"DELETE FROM {table} WHERE epoch_end = ? AND project = ?")
                .With(key.EpochEnd).With(key.Project).Run();
        }

        file.Prepare("""
            DELETE FROM cid WHERE epoch_end = ?1 AND project = ?2
                AND choice IS NOT (SELECT choice FROM round WHERE epoch_end = ?1 AND project = ?2)
            """).With(key.EpochEnd).With(key.Project).Run();
        file.Prepare("UPDATE round SET is_pruned = 1 WHERE epoch_end = ? AND project = ?")
            .With(key.EpochEnd).With(key.Project).Run();
    }
}
