using Npgsql;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Store;

/// <summary>Reads a PostgreSQL database.</summary>
internal sealed class PostgresReader(PostgresDatabase database) : IStoreReader
{
    private const string Projects = """
        SELECT project.id, project.name, chain_id, size, head_offset
        FROM project JOIN stream ON stream.id = project.stream
        """;

    private const string OfStream =
        "stream = (SELECT id FROM stream WHERE chain_id = $1 AND size = $2 AND head_offset = $3)";

    public ValueTask<IReadOnlyList<ReleasedEpoch>> EpochsAsync(
        EpochStream stream, int count, CancellationToken cancellationToken) => database.RowsAsync($"""
            SELECT epoch_begin, epoch_end, released_ms, last_block_hash, invalidated_ms, releases FROM epoch
            WHERE {OfStream} ORDER BY epoch_end DESC LIMIT $4
            """, row => new ReleasedEpoch(
            new Epoch(row.GetInt64(0), row.GetInt64(1)), TimeOf(row, 2), row.IsDBNull(3) ? null : row.GetString(3))
        {
            InvalidatedAt = row.IsDBNull(4) ? null : TimeOf(row, 4),
            Releases = row.GetInt32(5),
        }, [.. ValuesOf(stream), count], cancellationToken);

    public ValueTask<IReadOnlyList<Project>> ProjectsAsync(CancellationToken cancellationToken) =>
        database.RowsAsync($"{Projects} ORDER BY project.name", ProjectOf, [], cancellationToken);

    public async ValueTask<Project?> ProjectAsync(string name, CancellationToken cancellationToken) =>
        await database.RowsAsync($"{Projects} WHERE project.name = $1", ProjectOf, [name], cancellationToken)
            is [var project] ? project : null;

    public ValueTask<IReadOnlyList<OpenRound>> OpenRoundsAsync(CancellationToken cancellationToken) =>
        database.RowsAsync(
            "SELECT project, epoch_end, closes_ms FROM round WHERE decided_ms IS NULL ORDER BY closes_ms",
            row => new OpenRound(new RoundKey(row.GetInt32(0), row.GetInt64(1)), TimeOf(row, 2)), [],
            cancellationToken);

    public async ValueTask<StoredRound?> RoundAsync(RoundKey key, CancellationToken cancellationToken) =>
        await database.RowsAsync("""
            SELECT opened_ms, closes_ms, min_count, percentage, roster, cardinality(members), decided_ms, disagreement,
                (SELECT cid FROM cid WHERE epoch_end = $1 AND project = $2 AND choice = round.choice), is_pruned
            FROM round JOIN roster ON roster.id = round.roster WHERE epoch_end = $1 AND round.project = $2
            """, row => new StoredRound(
            key, TimeOf(row, 0), TimeOf(row, 1), new Criteria(row.GetInt32(2), row.GetInt32(3)), row.GetInt64(4),
            row.GetInt32(5), DecisionOf(row, 6))
        {
            IsPruned = row.GetBoolean(9),
        }, [key.EpochEnd, key.Project], cancellationToken)
            is [var round] ? round : null;

    public async ValueTask<bool> HasVotedAsync(RoundKey key, int snapshotter, CancellationToken cancellationToken) =>
        (await database.RowsAsync(
            "SELECT 1 FROM vote WHERE epoch_end = $1 AND project = $2 AND snapshotter = $3", _ => true,
            [key.EpochEnd, key.Project, snapshotter], cancellationToken)).Count > 0;

    public async ValueTask<IReadOnlyList<StoredVote>> VotesAsync(RoundKey key, CancellationToken cancellationToken) =>
    [
        .. await database.RowsAsync("""
            SELECT snapshotter, alias, cid.cid, at_ms, standing
            FROM vote JOIN snapshotter ON snapshotter.id = snapshotter JOIN cid USING (epoch_end, project, choice)
            WHERE epoch_end = $1 AND project = $2 ORDER BY ordinal
            """, row => new StoredVote(
                row.GetInt32(0), row.GetString(1), row.GetString(2), TimeOf(row, 3), (Standing)row.GetInt32(4)),
            [key.EpochEnd, key.Project], cancellationToken),
        .. await database.RowsAsync("""
            SELECT snapshotter, alias, cid.cid, at_ms
            FROM equivocation JOIN snapshotter ON snapshotter.id = snapshotter
            JOIN cid USING (epoch_end, project, choice)
            WHERE epoch_end = $1 AND project = $2 ORDER BY at_ms
            """, row => new StoredVote(row.GetInt32(0), row.GetString(1), row.GetString(2), TimeOf(row, 3), null),
            [key.EpochEnd, key.Project], cancellationToken),
    ];

    public ValueTask<IReadOnlyList<string>> RegisteredAsync(int project, CancellationToken cancellationToken) =>
        database.RowsAsync("""
            SELECT alias FROM registration JOIN snapshotter ON snapshotter.id = registration.snapshotter
            WHERE project = $1 AND is_active AND removed_ms IS NULL ORDER BY alias
            """, row => row.GetString(0), [project], cancellationToken);

    public async ValueTask<IReadOnlySet<long>> FinalizedAsync(
        int project, long firstEnd, long lastEnd, CancellationToken cancellationToken) =>
        (await database.RowsAsync("""
            SELECT epoch_end FROM round WHERE project = $1 AND epoch_end BETWEEN $2 AND $3 AND choice IS NOT NULL
            """, row => row.GetInt64(0), [project, firstEnd, lastEnd], cancellationToken)).ToHashSet();

    public async ValueTask<(int Finalized, int Projects)> ProgressAsync(
        EpochStream stream, long epochEnd, CancellationToken cancellationToken) =>
        (await database.RowsAsync($"""
            SELECT count(round.choice)::int, count(*)::int FROM project
            LEFT JOIN round ON round.epoch_end = $4 AND round.project = project.id WHERE {OfStream}
            """, row => (row.GetInt32(0), row.GetInt32(1)), [.. ValuesOf(stream), epochEnd], cancellationToken))[0];

    public ValueTask<IReadOnlyList<StoredIssue>> IssuesAsync(
        int snapshotter, DateTimeOffset since, CancellationToken cancellationToken) => database.RowsAsync(
            "SELECT at_ms, json FROM issue WHERE snapshotter = $1 AND at_ms >= $2 ORDER BY at_ms DESC, id DESC",
            row => new StoredIssue(TimeOf(row, 0), row.GetString(1)),
            [snapshotter, since.ToUnixTimeMilliseconds()], cancellationToken);

    public async ValueTask<long> SnapshottersVersionAsync(CancellationToken cancellationToken) =>
        (await database.RowsAsync(
            "SELECT version FROM snapshotters_version", row => row.GetInt64(0), [], cancellationToken))[0];

    public ValueTask<IReadOnlyList<Snapshotter>> SnapshottersAsync(CancellationToken cancellationToken) =>
        new PostgresRegistry(database).ListAsync(cancellationToken);

    public static DateTimeOffset TimeOf(NpgsqlDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>Of three columns: the time, why there was no agreement, and the CID.</summary>
    public static Decision? DecisionOf(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null
        : row.IsDBNull(column + 1)
            ? new Decision(new Verdict.Finalized(row.GetString(column + 2)), TimeOf(row, column))
        : new Decision(
            new Verdict.Indeterminate((Disagreement)row.GetInt32(column + 1)), TimeOf(row, column));

    private static object?[] ValuesOf(EpochStream stream) => [stream.ChainId, stream.Size, stream.HeadOffset];

    private static Project ProjectOf(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetString(1), new EpochStream(row.GetInt64(2), row.GetInt32(3), row.GetInt32(4)));
}
