using System.Collections.Concurrent;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Store;

/// <summary>Reads an SQLite file beside its writer, by a few connections that wait for no lock.</summary>
internal sealed class SqliteReader(string path) : IStoreReader, IDisposable
{
    private readonly ConcurrentBag<SqliteFile> _idle = [];

    public ValueTask<IReadOnlyList<ReleasedEpoch>> EpochsAsync(
        EpochStream stream, int count, CancellationToken cancellationToken) =>
        new(Read<IReadOnlyList<ReleasedEpoch>>(file => file.Prepare("""
            SELECT begin, end, released_ms, last_block_hash, invalidated_ms, releases FROM epoch
            WHERE stream = ? ORDER BY end DESC LIMIT ?
            """).With(SqliteProjects.StreamId(file, stream) ?? -1).With(count)
            .Rows(row => new ReleasedEpoch(new Epoch(row.Long(0), row.Long(1)), row.Time(2), row.TextOrNull(3))
            {
                InvalidatedAt = row.TimeOrNull(4),
                Releases = row.Int(5),
            })));

    public ValueTask<IReadOnlyList<Project>> ProjectsAsync(CancellationToken cancellationToken) =>
        new(Read<IReadOnlyList<Project>>(SqliteProjects.All));

    public ValueTask<Project?> ProjectAsync(string name, CancellationToken cancellationToken) =>
        new(Read(file => SqliteProjects.Find(file, name)));

    public ValueTask<IReadOnlyList<OpenRound>> OpenRoundsAsync(CancellationToken cancellationToken) =>
        new(Read<IReadOnlyList<OpenRound>>(file => file
            .Prepare("SELECT project, epoch_end, closes_ms FROM round WHERE decided_ms IS NULL ORDER BY closes_ms")
            .Rows(row => new OpenRound(new RoundKey(row.Int(0), row.Long(1)), row.Time(2)))));

    public ValueTask<StoredRound?> RoundAsync(RoundKey key, CancellationToken cancellationToken) =>
        new(Read(file => file.Prepare("""
            SELECT opened_ms, closes_ms, min_count, percentage, roster, length(members) / 4, decided_ms, disagreement,
                (SELECT cid FROM cid WHERE epoch_end = ?1 AND project = ?2 AND choice = round.choice), is_pruned
            FROM round JOIN roster ON roster.id = round.roster WHERE epoch_end = ?1 AND round.project = ?2
            """).With(key.EpochEnd).With(key.Project).Rows(row => new StoredRound(
                key, row.Time(0), row.Time(1), new Criteria(row.Int(2), row.Int(3)), row.Long(4), row.Int(5),
                DecisionOf(row))
        {
            IsPruned = row.Int(9) == 1,
        }).FirstOrDefault()));

    public ValueTask<bool> HasVotedAsync(RoundKey key, int snapshotter, CancellationToken cancellationToken) =>
        new(Read(file => file
            .Prepare("SELECT 1 FROM vote WHERE epoch_end = ? AND project = ? AND snapshotter = ?")
            .With(key.EpochEnd).With(key.Project).With(snapshotter).Rows(_ => true).Count > 0));

    public ValueTask<IReadOnlyList<StoredVote>> VotesAsync(RoundKey key, CancellationToken cancellationToken) =>
        new(Read<IReadOnlyList<StoredVote>>(file =>
        [
            .. file.Prepare("""
                SELECT snapshotter, alias, cid.cid, at_ms, standing
                FROM vote JOIN snapshotter ON snapshotter.id = snapshotter JOIN cid USING (epoch_end, project, choice)
                WHERE epoch_end = ? AND project = ? ORDER BY ordinal
                """).With(key.EpochEnd).With(key.Project).Rows(row =>
                new StoredVote(row.Int(0), row.Text(1), row.Text(2), row.Time(3), (Standing)row.Int(4))),
            .. file.Prepare("""
                SELECT snapshotter, alias, cid.cid, at_ms
                FROM equivocation JOIN snapshotter ON snapshotter.id = snapshotter
                JOIN cid USING (epoch_end, project, choice)
                WHERE epoch_end = ? AND project = ? ORDER BY at_ms
                """).With(key.EpochEnd).With(key.Project).Rows(row =>
                new StoredVote(row.Int(0), row.Text(1), row.Text(2), row.Time(3), null)),
        ]));

    public ValueTask<IReadOnlyList<string>> RegisteredAsync(int project, CancellationToken cancellationToken) =>
        new(Read<IReadOnlyList<string>>(file => file.Prepare("""
            SELECT alias FROM registration JOIN snapshotter ON snapshotter.id = registration.snapshotter
            WHERE project = ? AND is_active = 1 AND removed_ms IS NULL ORDER BY alias
            """).With(project).Rows(row => row.Text(0))));

    public ValueTask<IReadOnlySet<long>> FinalizedAsync(
        int project, long firstEnd, long lastEnd, CancellationToken cancellationToken) =>
        new(Read<IReadOnlySet<long>>(file => file.Prepare("""
            SELECT epoch_end FROM round WHERE project = ? AND epoch_end BETWEEN ? AND ? AND choice IS NOT NULL
            """).With(project).With(firstEnd).With(lastEnd).Rows(row => row.Long(0)).ToHashSet()));

    public ValueTask<(int Finalized, int Projects)> ProgressAsync(
        EpochStream stream, long epochEnd, CancellationToken cancellationToken) =>
        new(Read(file => file.Prepare("""
            SELECT count(round.choice), count(*) FROM project
            LEFT JOIN round ON round.epoch_end = ? AND round.project = project.id WHERE stream = ?
            """).With(epochEnd).With(SqliteProjects.StreamId(file, stream) ?? -1)
            .Rows(row => (row.Int(0), row.Int(1)))[0]));

    public ValueTask<IReadOnlyList<StoredIssue>> IssuesAsync(
        int snapshotter, DateTimeOffset since, CancellationToken cancellationToken) =>
        new(Read<IReadOnlyList<StoredIssue>>(file => file.Prepare("""
            SELECT at_ms, json FROM issue WHERE snapshotter = ? AND at_ms >= ? ORDER BY at_ms DESC, id DESC
            """).With(snapshotter).With(since).Rows(row => new StoredIssue(row.Time(0), row.Text(1)))));

    public ValueTask<long> SnapshottersVersionAsync(CancellationToken cancellationToken) =>
        new(Read(file => file.Number("SELECT version FROM snapshotters_version")));

    public ValueTask<IReadOnlyList<Snapshotter>> SnapshottersAsync(CancellationToken cancellationToken) =>
        new(Read<IReadOnlyList<Snapshotter>>(SqliteSnapshotters.All));

    public void Dispose()
    {
        while (_idle.TryTake(out var file))
        {
            file.Dispose();
        }
    }

    private static Decision? DecisionOf(SqliteStatement row) =>
        row.TimeOrNull(6) is not { } at ? null
        : row.IsNull(7) ? new Decision(new Verdict.Finalized(row.Text(8)), at)
        : new Decision(new Verdict.Indeterminate((Disagreement)row.Int(7)), at);

    /// <summary>As many connections as ever read at once are kept, which is no more than there are threads.</summary>
    internal T Read<T>(Func<SqliteFile, T> read)
    {
        var file = _idle.TryTake(out var idle) ? idle : SqliteFile.Open(path, isReadOnly: true);
        try
        {
            var value = read(file);
            _idle.Add(file);
            return value;
        }
        catch (ConsensusException)
        {
            file.Dispose();
            throw;
        }
    }
}
