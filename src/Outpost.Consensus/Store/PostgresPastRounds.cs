using Npgsql;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>
/// Rounds of the past in a PostgreSQL database: those that are void, since their epoch was released anew, and those
/// whose votes have left.
/// </summary>
internal sealed class PostgresPastRounds(PostgresDatabase database, NpgsqlConnection connection)
{
    /// <summary>The step of the schema that came with them. Times are unix milliseconds.</summary>
    public const string Tables = """
        ALTER TABLE writer ADD COLUMN voided_at bigint NOT NULL DEFAULT 0;
        ALTER TABLE epoch ADD COLUMN releases int NOT NULL DEFAULT 1;
        ALTER TABLE round ADD COLUMN is_pruned boolean NOT NULL DEFAULT false;
        CREATE INDEX round_unpruned ON round (closes_ms) WHERE is_recorded AND NOT is_pruned;
        CREATE TABLE former_round (
            epoch_end bigint NOT NULL, project int NOT NULL, release int NOT NULL, opened_ms bigint NOT NULL,
            closes_ms bigint NOT NULL, roster bigint NOT NULL, min_count int NOT NULL, percentage int NOT NULL,
            decided_ms bigint, cid text, disagreement int, record bytea,
            PRIMARY KEY (epoch_end, project, release));
        CREATE TABLE former_vote (
            epoch_end bigint NOT NULL, project int NOT NULL, release int NOT NULL, snapshotter int NOT NULL,
            cid text NOT NULL, at_ms bigint NOT NULL, standing int, signer text, slot_id bigint, deadline bigint,
            signature text, PRIMARY KEY (epoch_end, project, release, snapshotter, cid));
        """;

    // Values: 1 the release that is over, 2 the epoch's end, 3 the projects.
    private static readonly string[] Keep =
    [
        """
        INSERT INTO former_round
        SELECT epoch_end, project, $1, opened_ms, closes_ms, roster, min_count, percentage, decided_ms,
            (SELECT cid FROM cid WHERE cid.epoch_end = round.epoch_end AND cid.project = round.project
                AND cid.choice = round.choice),
            disagreement,
            (SELECT json FROM record WHERE record.epoch_end = round.epoch_end AND record.project = round.project)
        FROM round WHERE epoch_end = $2 AND project = ANY($3)
        """,
        """
        INSERT INTO former_vote
        SELECT epoch_end, project, $1, snapshotter, cid.cid, at_ms, standing, signer, slot_id, deadline, signature
        FROM vote JOIN cid USING (epoch_end, project, choice)
            LEFT JOIN vote_signature USING (epoch_end, project, snapshotter)
        WHERE epoch_end = $2 AND project = ANY($3)
        """,
        """
        INSERT INTO former_vote (epoch_end, project, release, snapshotter, cid, at_ms)
        SELECT epoch_end, project, $1, snapshotter, cid.cid, at_ms
        FROM equivocation JOIN cid USING (epoch_end, project, choice) WHERE epoch_end = $2 AND project = ANY($3)
        """,
    ];

    private static readonly string[] OfRounds = ["vote", "equivocation", "vote_signature", "cid", "record", "round"];

    /// <summary>
    /// Makes the rounds of an epoch void that is released anew: they are kept apart, and no longer are its rounds.
    /// What services hold of any round is doubtful from then on.
    /// </summary>
    /// <returns>Their projects; none when this release is known already.</returns>
    public async ValueTask<IReadOnlyList<int>> VoidAsync(
        int stream, ReleasedEpoch epoch, CancellationToken cancellationToken)
    {
        var end = epoch.Epoch.End;
        var projects = (await database.RowsAsync(connection, """
            SELECT project FROM round
            WHERE epoch_end = $2 AND project IN (SELECT id FROM project WHERE stream = $1)
                AND EXISTS (SELECT 1 FROM epoch WHERE stream = $1 AND epoch_end = $2 AND releases < $3)
            """, row => row.GetInt32(0), [stream, end, epoch.Releases], cancellationToken)).ToArray();
        if (projects.Length == 0)
        {
            return projects;
        }

        foreach (var sql in Keep)
        {
            await RunAsync(sql, [epoch.Releases - 1, end, projects], cancellationToken);
        }

        foreach (var table in OfRounds)
        {
            await RunAsync(
                $"DELETE FROM {table} WHERE epoch_end = $1 AND project = ANY($2)", [end, projects], cancellationToken);
        }

        await RunAsync("UPDATE writer SET voided_at = commits", [], cancellationToken);
        return projects;
    }

    /// <summary>Rounds that closed before this time, have their record, and still have their votes.</summary>
    public async ValueTask<IReadOnlyList<RoundKey>> PrunableAsync(
        DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        await database.RowsAsync(connection, """
            SELECT project, epoch_end FROM round WHERE closes_ms < $1 AND is_recorded AND NOT is_pruned
            ORDER BY closes_ms LIMIT $2
            """, row => new RoundKey(row.GetInt32(0), row.GetInt64(1)), [before.ToUnixTimeMilliseconds(), most],
            cancellationToken);

    /// <summary>Removes a round's votes; its verdict, its record and its leaf stay.</summary>
    public async ValueTask PruneAsync(RoundKey key, CancellationToken cancellationToken)
    {
        object?[] values = [key.EpochEnd, key.Project];
        foreach (var table in (string[])["vote", "equivocation", "vote_signature", "former_vote"])
        {
            await RunAsync($"DELETE FROM {table} WHERE epoch_end = $1 AND project = $2", values, cancellationToken);
        }

        await RunAsync("""
            DELETE FROM cid WHERE epoch_end = $1 AND project = $2 AND choice IS DISTINCT FROM
                (SELECT choice FROM round WHERE epoch_end = $1 AND project = $2)
            """, values, cancellationToken);
        await RunAsync("UPDATE round SET is_pruned = true WHERE epoch_end = $1 AND project = $2", values,
            cancellationToken);
    }

    private ValueTask<int> RunAsync(string sql, object?[] values, CancellationToken cancellationToken) =>
        database.RunAsync(connection, sql, values, cancellationToken);
}
