using Npgsql;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>Records and series in a PostgreSQL database.</summary>
internal sealed class PostgresProofs(PostgresDatabase database) : IProofReader
{
    /// <summary>The step of the schema that came with them. Times are unix milliseconds.</summary>
    public const string Tables = """
        ALTER TABLE round ADD COLUMN is_recorded boolean NOT NULL DEFAULT false;
        CREATE INDEX round_unrecorded ON round (decided_ms, epoch_end, project)
            WHERE decided_ms IS NOT NULL AND NOT is_recorded;
        CREATE TABLE former_instance (
            snapshotter int NOT NULL, until_ms bigint NOT NULL, hash bytea NOT NULL,
            PRIMARY KEY (snapshotter, until_ms));
        CREATE FUNCTION keep_former_instance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO former_instance
            VALUES (OLD.id, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, OLD.instance_hash)
            ON CONFLICT (snapshotter, until_ms) DO UPDATE SET hash = excluded.hash;
            RETURN NULL;
        END $$;
        CREATE TRIGGER instance_rotated AFTER UPDATE OF instance_hash ON snapshotter FOR EACH ROW
            WHEN (OLD.instance_hash IS NOT NULL AND OLD.instance_hash IS DISTINCT FROM NEW.instance_hash)
            EXECUTE FUNCTION keep_former_instance();
        CREATE TABLE vote_signature (
            epoch_end bigint NOT NULL, project int NOT NULL, snapshotter int NOT NULL, signer text NOT NULL,
            slot_id bigint NOT NULL, deadline bigint NOT NULL, signature text NOT NULL,
            PRIMARY KEY (epoch_end, project, snapshotter));
        CREATE TABLE record (
            epoch_end bigint NOT NULL, project int NOT NULL, json bytea NOT NULL, PRIMARY KEY (epoch_end, project));
        CREATE TABLE leaf (
            project int NOT NULL, place bigint NOT NULL, first_block bigint NOT NULL, last_block bigint NOT NULL,
            json bytea NOT NULL, PRIMARY KEY (project, place));
        CREATE INDEX leaf_by_end ON leaf (project, last_block, first_block, place);
        CREATE TABLE node (
            project int NOT NULL, level int NOT NULL, place bigint NOT NULL, hash bytea NOT NULL,
            PRIMARY KEY (project, level, place));
        """;

    // Leaves behind an epoch's end that are looked at for a gap which tells of it: a gap has few verdicts inside.
    private const int MostLookedAt = 1000;

    public ValueTask<IReadOnlyList<RoundKey>> UnrecordedAsync(int most, CancellationToken cancellationToken) =>
        database.RowsAsync("""
            SELECT project, epoch_end FROM round WHERE decided_ms IS NOT NULL AND NOT is_recorded
            ORDER BY decided_ms, epoch_end, project LIMIT $1
            """, row => new RoundKey(row.GetInt32(0), row.GetInt64(1)), [most], cancellationToken);

    // A voter is known by the instance id that it had when the round was decided, whatever it has now.
    public ValueTask<IReadOnlyList<VoteThatCounted>> CountedAsync(RoundKey key, CancellationToken cancellationToken) =>
        database.RowsAsync("""
            SELECT cid.cid, at_ms,
                coalesce(
                    (SELECT hash FROM former_instance AS former
                        WHERE former.snapshotter = vote.snapshotter AND until_ms > decided_ms
                        ORDER BY until_ms LIMIT 1),
                    instance_hash),
                signer, slot_id, deadline, signature
            FROM vote JOIN snapshotter ON snapshotter.id = vote.snapshotter
                JOIN round ON round.epoch_end = vote.epoch_end AND round.project = vote.project
                JOIN cid ON cid.epoch_end = vote.epoch_end AND cid.project = vote.project AND cid.choice = vote.choice
                LEFT JOIN vote_signature AS signed ON signed.epoch_end = vote.epoch_end
                    AND signed.project = vote.project AND signed.snapshotter = vote.snapshotter
            WHERE vote.epoch_end = $1 AND vote.project = $2 AND standing = $3 ORDER BY ordinal
            """, row => new VoteThatCounted(
            row.GetString(0), PostgresReader.TimeOf(row, 1), row.IsDBNull(2) ? [] : row.GetFieldValue<byte[]>(2),
            row.IsDBNull(3)
                ? null
                : new StoredSignature(
                    row.GetString(3), unchecked((ulong)row.GetInt64(4)), unchecked((ulong)row.GetInt64(5)),
                    row.GetString(6))),
            [key.EpochEnd, key.Project, (int)Standing.Counted], cancellationToken);

    public async ValueTask<byte[]?> RecordAsync(RoundKey key, CancellationToken cancellationToken) =>
        await database.RowsAsync(
            "SELECT json FROM record WHERE epoch_end = $1 AND project = $2", row => row.GetFieldValue<byte[]>(0),
            [key.EpochEnd, key.Project], cancellationToken) is [var json] ? json : null;

    public async ValueTask<SeriesExtent> SeriesAsync(int project, CancellationToken cancellationToken) =>
        (await database.RowsAsync(
            "SELECT coalesce(max(place) + 1, 0), max(last_block) FROM leaf WHERE project = $1",
            row => new SeriesExtent(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1)), [project],
            cancellationToken))[0];

    public async ValueTask<StoredLeaf?> LeafAsync(int project, long epochEnd, CancellationToken cancellationToken) =>
        await database.RowsAsync("""
            SELECT place, first_block, last_block, json FROM leaf
            WHERE project = $1 AND place = (
                SELECT place FROM (SELECT place, first_block, last_block FROM leaf
                    WHERE project = $1 AND last_block >= $2 ORDER BY last_block LIMIT $3) AS near
                WHERE first_block <= $2 ORDER BY last_block, place DESC LIMIT 1)
            """, row => new StoredLeaf(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3)),
            [project, epochEnd, MostLookedAt], cancellationToken) is [var leaf] ? leaf : null;

    public async ValueTask<IReadOnlyDictionary<(int Level, long Index), byte[]>> NodesAsync(
        int project, IReadOnlyCollection<(int Level, long Index)> places, CancellationToken cancellationToken)
    {
        var rows = await database.RowsAsync("""
            SELECT level, place, hash FROM node JOIN unnest($2, $3) AS wanted (at_level, at_place)
                ON level = at_level AND place = at_place
            WHERE project = $1
            """, row => (Level: row.GetInt32(0), Index: row.GetInt64(1), Hash: row.GetFieldValue<byte[]>(2)),
            [project, places.Select(place => place.Level).ToArray(), places.Select(place => place.Index).ToArray()],
            cancellationToken);
        return rows.ToDictionary(row => (row.Level, row.Index), row => row.Hash);
    }

    public ValueTask<IReadOnlyList<Epoch>> SilentAsync(
        Project project, long afterEnd, long beforeEnd, CancellationToken cancellationToken) => database.RowsAsync("""
            SELECT epoch_begin, epoch_end FROM epoch
            WHERE stream = (SELECT stream FROM project WHERE id = $1)
                AND epoch_end > $2 AND epoch_end < $3 AND invalidated_ms IS NULL
                AND NOT EXISTS (SELECT 1 FROM round WHERE round.epoch_end = epoch.epoch_end AND round.project = $1)
            ORDER BY epoch_end
            """, row => new Epoch(row.GetInt64(0), row.GetInt64(1)), [project.Id, afterEnd, beforeEnd],
            cancellationToken);

    /// <summary>Writes what a voter signed.</summary>
    public static async ValueTask WriteAsync(
        PostgresDatabase database, NpgsqlConnection connection, Change.VoteSigned signed, CancellationToken stop) =>
        await database.RunAsync(
            connection, "INSERT INTO vote_signature VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [signed.Key.EpochEnd, signed.Key.Project, signed.Snapshotter, signed.Signer,
            unchecked((long)signed.SlotId), unchecked((long)signed.Deadline), signed.Signature], stop);

    /// <summary>
    /// Writes what belongs to the verdict of one round, unless that is void by now, or another service has added to the
    /// project's series since this was made: then that one has recorded it, or the next pass does.
    /// </summary>
    public static async ValueTask WriteAsync(
        PostgresDatabase database, NpgsqlConnection connection, Change.Recorded recorded, CancellationToken stop)
    {
        var (key, leaves, nodes) = (recorded.Key, recorded.Leaves, recorded.Nodes);
        await database.RunAsync(connection, """
            WITH next AS (
                SELECT 1 WHERE EXISTS (SELECT 1 FROM round
                    WHERE epoch_end = $1 AND project = $2 AND decided_ms = $3 AND NOT is_recorded)
                AND ($5::bigint[])[1] = (SELECT coalesce(max(place) + 1, 0) FROM leaf WHERE project = $2)),
            records AS (INSERT INTO record SELECT $1, $2, $4 FROM next),
            rounds AS (UPDATE round SET is_recorded = true FROM next WHERE epoch_end = $1 AND project = $2),
            leaves AS (INSERT INTO leaf SELECT $2, added.* FROM next,
                unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[]) AS added)
            INSERT INTO node SELECT $2, added.* FROM next, unnest($9::int[], $10::bigint[], $11::bytea[]) AS added
            """,
            [
                key.EpochEnd, key.Project, recorded.DecidedAt.ToUnixTimeMilliseconds(), recorded.Json,
                leaves.Select(leaf => leaf.Index).ToArray(), leaves.Select(leaf => leaf.Begin).ToArray(),
                leaves.Select(leaf => leaf.End).ToArray(), leaves.Select(leaf => leaf.Json).ToArray(),
                nodes.Select(node => node.Level).ToArray(), nodes.Select(node => node.Index).ToArray(),
                nodes.Select(node => node.Hash).ToArray(),
            ], stop);
    }
}
