using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>Records and series in an SQLite file.</summary>
internal sealed class SqliteProofs(SqliteReader reader) : IProofReader
{
    /// <summary>The step of the schema that came with them. Times are unix milliseconds.</summary>
    public const string Tables = """
        ALTER TABLE round ADD COLUMN is_recorded INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX round_unrecorded ON round (decided_ms, epoch_end, project)
            WHERE decided_ms IS NOT NULL AND is_recorded = 0;
        CREATE TABLE former_instance (
            snapshotter INTEGER NOT NULL,
            until_ms INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (snapshotter, until_ms)
        ) WITHOUT ROWID;
        CREATE TRIGGER instance_rotated AFTER UPDATE OF instance_hash ON snapshotter
        WHEN OLD.instance_hash IS NOT NULL AND OLD.instance_hash IS NOT NEW.instance_hash
        BEGIN
            INSERT OR REPLACE INTO former_instance
            VALUES (OLD.id, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), OLD.instance_hash);
        END;
        CREATE TABLE vote_signature (
            epoch_end INTEGER NOT NULL,
            project INTEGER NOT NULL,
            snapshotter INTEGER NOT NULL,
            signer TEXT NOT NULL,
            slot_id INTEGER NOT NULL,
            deadline INTEGER NOT NULL,
            signature TEXT NOT NULL,
            PRIMARY KEY (epoch_end, project, snapshotter)
        ) WITHOUT ROWID;
        CREATE TABLE record (
            epoch_end INTEGER NOT NULL,
            project INTEGER NOT NULL,
            json BLOB NOT NULL,
            PRIMARY KEY (epoch_end, project)
        ) WITHOUT ROWID;
        CREATE TABLE leaf (
            project INTEGER NOT NULL,
            place INTEGER NOT NULL,
            begin INTEGER NOT NULL,
            end INTEGER NOT NULL,
            json BLOB NOT NULL,
            PRIMARY KEY (project, place)
        ) WITHOUT ROWID;
        CREATE INDEX leaf_by_end ON leaf (project, end, begin, place);
        CREATE TABLE node (
            project INTEGER NOT NULL,
            level INTEGER NOT NULL,
            place INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (project, level, place)
        ) WITHOUT ROWID;
        """;

    // Leaves behind an epoch's end that are looked at for a gap which tells of it: a gap has few verdicts inside.
    private const int MostLookedAt = 1000;

    public ValueTask<IReadOnlyList<RoundKey>> UnrecordedAsync(int most, CancellationToken cancellationToken) =>
        new(reader.Read<IReadOnlyList<RoundKey>>(file => file.Prepare("""
            SELECT project, epoch_end FROM round WHERE decided_ms IS NOT NULL AND is_recorded = 0
            ORDER BY decided_ms, epoch_end, project LIMIT ?
            """).With(most).Rows(row => new RoundKey(row.Int(0), row.Long(1)))));

    // A voter is known by the instance id that it had when the round was decided, whatever it has now.
    public ValueTask<IReadOnlyList<VoteThatCounted>> CountedAsync(RoundKey key, CancellationToken cancellationToken) =>
        new(reader.Read<IReadOnlyList<VoteThatCounted>>(file => file.Prepare("""
            SELECT cid.cid, at_ms,
                coalesce(
                    (SELECT hash FROM former_instance AS former
                        WHERE former.snapshotter = vote.snapshotter AND until_ms > decided_ms
                        ORDER BY until_ms LIMIT 1),
                    instance_hash),
                signer, slot_id, deadline, signature
            FROM vote JOIN snapshotter ON snapshotter.id = vote.snapshotter
                JOIN round ON round.epoch_end = vote.epoch_end AND round.project = vote.project
                JOIN cid USING (epoch_end, project, choice)
                LEFT JOIN vote_signature AS signed ON signed.epoch_end = vote.epoch_end
                    AND signed.project = vote.project AND signed.snapshotter = vote.snapshotter
            WHERE vote.epoch_end = ? AND vote.project = ? AND standing = ? ORDER BY ordinal
            """).With(key.EpochEnd).With(key.Project).With((int)Standing.Counted).Rows(row => new VoteThatCounted(
                row.Text(0), row.Time(1), row.IsNull(2) ? [] : row.Bytes(2),
                row.IsNull(3)
                    ? null
                    : new StoredSignature(
                        row.Text(3), unchecked((ulong)row.Long(4)), unchecked((ulong)row.Long(5)), row.Text(6))))));

    public ValueTask<byte[]?> RecordAsync(RoundKey key, CancellationToken cancellationToken) =>
        new(reader.Read(file => file.Prepare("SELECT json FROM record WHERE epoch_end = ? AND project = ?")
            .With(key.EpochEnd).With(key.Project).Rows(row => row.Bytes(0)).FirstOrDefault()));

    public ValueTask<SeriesExtent> SeriesAsync(int project, CancellationToken cancellationToken) =>
        new(reader.Read(file => file.Prepare("""
            SELECT (SELECT coalesce(max(place) + 1, 0) FROM leaf WHERE project = ?1),
                (SELECT max(end) FROM leaf WHERE project = ?1)
            """).With(project).Rows(row => new SeriesExtent(row.Long(0), row.IsNull(1) ? null : row.Long(1)))[0]));

    public ValueTask<StoredLeaf?> LeafAsync(int project, long epochEnd, CancellationToken cancellationToken) =>
        new(reader.Read(file => file.Prepare("""
            SELECT place, begin, end, (SELECT json FROM leaf WHERE project = ?1 AND place = near.place)
            FROM (SELECT place, begin, end FROM leaf WHERE project = ?1 AND end >= ?2 ORDER BY end LIMIT ?3) AS near
            WHERE begin <= ?2 ORDER BY end, place DESC LIMIT 1
            """).With(project).With(epochEnd).With(MostLookedAt)
            .Rows(row => new StoredLeaf(row.Long(0), row.Long(1), row.Long(2), row.Bytes(3))).FirstOrDefault()));

    public ValueTask<IReadOnlyDictionary<(int Level, long Index), byte[]>> NodesAsync(
        int project, IReadOnlyCollection<(int Level, long Index)> places, CancellationToken cancellationToken) =>
        new(reader.Read<IReadOnlyDictionary<(int, long), byte[]>>(file => places.ToDictionary(
            place => place,
            place => file.Prepare("SELECT hash FROM node WHERE project = ? AND level = ? AND place = ?")
                .With(project).With(place.Level).With(place.Index).Rows(row => row.Bytes(0))[0])));

    public ValueTask<IReadOnlyList<Epoch>> SilentAsync(
        Project project, long afterEnd, long beforeEnd, CancellationToken cancellationToken) =>
        new(reader.Read<IReadOnlyList<Epoch>>(file => file.Prepare("""
            SELECT begin, end FROM epoch
            WHERE stream = ? AND end > ? AND end < ? AND invalidated_ms IS NULL
                AND NOT EXISTS (SELECT 1 FROM round WHERE round.epoch_end = epoch.end AND round.project = ?)
            ORDER BY end
            """).With(SqliteProjects.StreamId(file, project.Stream) ?? -1).With(afterEnd).With(beforeEnd)
            .With(project.Id).Rows(row => new Epoch(row.Long(0), row.Long(1)))));

    /// <summary>Writes what a voter signed.</summary>
    public static void Write(SqliteFile file, Change.VoteSigned signed) =>
        file.Prepare("INSERT INTO vote_signature VALUES (?, ?, ?, ?, ?, ?, ?)")
            .With(signed.Key.EpochEnd).With(signed.Key.Project).With(signed.Snapshotter).With(signed.Signer)
            .With(unchecked((long)signed.SlotId)).With(unchecked((long)signed.Deadline)).With(signed.Signature).Run();

    /// <summary>Writes what belongs to the verdict of one round, unless that is void by now.</summary>
    public static void Write(SqliteFile file, Change.Recorded recorded)
    {
        var isNext = file.Prepare("""
            SELECT EXISTS (SELECT 1 FROM round
                WHERE epoch_end = ?1 AND project = ?2 AND decided_ms = ?3 AND is_recorded = 0)
            AND ?4 = (SELECT coalesce(max(place) + 1, 0) FROM leaf WHERE project = ?2)
            """).With(recorded.Key.EpochEnd).With(recorded.Key.Project).With(recorded.DecidedAt)
            .With(recorded.Leaves[0].Index).Rows(row => row.Int(0))[0] == 1;
        if (!isNext)
        {
            return;
        }

        file.Prepare("INSERT INTO record VALUES (?, ?, ?)")
            .With(recorded.Key.EpochEnd).With(recorded.Key.Project).With(recorded.Json).Run();
        file.Prepare("UPDATE round SET is_recorded = 1 WHERE epoch_end = ? AND project = ?")
            .With(recorded.Key.EpochEnd).With(recorded.Key.Project).Run();
        foreach (var leaf in recorded.Leaves)
        {
            file.Prepare("INSERT INTO leaf VALUES (?, ?, ?, ?, ?)")
                .With(recorded.Key.Project).With(leaf.Index).With(leaf.Begin).With(leaf.End).With(leaf.Json).Run();
        }

        foreach (var node in recorded.Nodes)
        {
            file.Prepare("INSERT INTO node VALUES (?, ?, ?, ?)")
                .With(recorded.Key.Project).With(node.Level).With(node.Index).With(node.Hash).Run();
        }
    }
}
