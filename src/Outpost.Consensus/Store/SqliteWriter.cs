using System.Diagnostics;
using System.Runtime.InteropServices;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using SQLitePCL;

namespace Outpost.Consensus.Store;

/// <summary>The writer's way into an SQLite file, which one service has to itself.</summary>
internal sealed class SqliteWriter(SqliteFile file) : IStoreWriter
{
    private int _beginsLogAnew;
    private readonly SqliteRounds _rounds = new(file);
    private readonly Dictionary<EpochStream, long> _streams = [];

    public ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        file.RollBack(); // A fault of the disk can have kept the last one from being rolled back.
        file.Execute("BEGIN IMMEDIATE");
        return ValueTask.CompletedTask;
    }

    public ValueTask<(Project Project, bool IsNew)> RegisterAsync(
        string project, EpochStream stream, int snapshotter, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var known = SqliteProjects.Find(file, project);
        if (known is null)
        {
            file.Prepare("INSERT INTO project (name, stream) VALUES (?, ?)").With(project).With(StreamOf(stream)).Run();
            known = new Project((int)raw.sqlite3_last_insert_rowid(file.Connection), project, stream);
        }

        file.Prepare("INSERT OR IGNORE INTO registration VALUES (?, ?, ?)")
            .With(known.Id).With(snapshotter).With(at).Run();
        var isNew = file.RowsChanged > 0;
        if (isNew)
        {
            file.Prepare("UPDATE project SET roster = NULL WHERE id = ?").With(known.Id).Run();
        }

        return new((known, isNew));
    }

    public ValueTask<IReadOnlyList<int>> ProjectsAsync(EpochStream stream, CancellationToken cancellationToken) =>
        new(file.Prepare("SELECT id FROM project WHERE stream = ? ORDER BY id")
            .With(SqliteProjects.StreamId(file, stream) ?? -1).Rows(row => row.Int(0)));

    public ValueTask<bool> IsRegisteredAsync(int project, int snapshotter, CancellationToken cancellationToken) =>
        new(SqliteProjects.IsRegistered(file, project, snapshotter));

    public ValueTask<IReadOnlyList<int>> VoidAsync(
        EpochStream stream, ReleasedEpoch epoch, CancellationToken cancellationToken) =>
        new(SqlitePastRounds.Void(file, StreamOf(stream), epoch));

    public ValueTask<IReadOnlyList<RoundKey>> PrunableAsync(
        DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        new(SqlitePastRounds.Prunable(file, before, most));

    public ValueTask<IReadOnlyList<RoundFound>> FindAsync(
        IReadOnlyCollection<RoundNeed> needs, CancellationToken cancellationToken)
    {
        var found = new List<RoundFound>();
        foreach (var need in needs)
        {
            if (need.Held is null)
            {
                var round = _rounds.Find(need.Key);
                found.Add(new RoundFound(need.Key, round, round is null ? _rounds.Electorate(need.Key.Project) : null));
            }
        }

        return new(found);
    }

    public ValueTask WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        foreach (var change in CollectionsMarshal.AsSpan((List<Change>)changes))
        {
            Write(change);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        file.Execute("COMMIT");
        if (Interlocked.Exchange(ref _beginsLogAnew, 0) == 1)
        {
            // Only here nobody writes: what is left is moved, so the next commit begins at the log's start.
            file.Prepare("PRAGMA wal_checkpoint(PASSIVE)").Run();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Asks for the log to be begun anew with the next commit; most of it is in the file by now.</summary>
    public void BeginLogAnew() => Interlocked.Exchange(ref _beginsLogAnew, 1);

    public ValueTask RollBackAsync()
    {
        file.RollBack();
        _rounds.Forget();
        _streams.Clear();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Write(Change change)
    {
        switch (change)
        {
            case Change.Voted vote:
                file.Prepare("INSERT INTO vote VALUES (?, ?, ?, ?, ?, ?, ?)")
                    .With(vote.Key.EpochEnd).With(vote.Key.Project).With(vote.Snapshotter)
                    .With(vote.Ordinal).With(vote.Choice).With(vote.At).With((int)vote.Standing).Run();
                break;
            case Change.CidNamed named:
                file.Prepare("INSERT INTO cid VALUES (?, ?, ?, ?)")
                    .With(named.Key.EpochEnd).With(named.Key.Project).With(named.Choice).With(named.Cid).Run();
                break;
            case Change.Equivocated again:
                file.Prepare("INSERT INTO equivocation VALUES (?, ?, ?, ?, ?)")
                    .With(again.Key.EpochEnd).With(again.Key.Project).With(again.Snapshotter)
                    .With(again.Choice).With(again.At).Run();
                break;
            case Change.RoundOpened opened:
                file.Prepare("""
                    INSERT INTO round (epoch_end, project, opened_ms, closes_ms, roster, min_count, percentage)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """)
                    .With(opened.Key.EpochEnd).With(opened.Key.Project).With(opened.At).With(opened.ClosesAt)
                    .With(opened.Roster.Id).With(opened.Criteria.MinSnapshotterCount)
                    .With(opened.Criteria.Percentage).Run();
                break;
            case Change.Decided decided:
                _rounds.Decide(decided.Key, decided.Decision);
                break;
            case Change.EpochReleased released:
                file.Prepare("INSERT OR REPLACE INTO epoch VALUES (?, ?, ?, ?, ?, NULL, ?)")
                    .With(StreamOf(released.Stream)).With(released.Epoch.Epoch.End).With(released.Epoch.Epoch.Begin)
                    .With(released.Epoch.ReleasedAt).With(released.Epoch.LastBlockHash).With(released.Epoch.Releases)
                    .Run();
                break;
            case Change.EpochInvalidated invalidated:
                file.Prepare("UPDATE epoch SET invalidated_ms = ? WHERE stream = ? AND end = ?")
                    .With(invalidated.At).With(StreamOf(invalidated.Stream)).With(invalidated.Epoch.End).Run();
                break;
            case Change.VotesPruned pruned:
                SqlitePastRounds.Prune(file, pruned.Key);
                break;
            case Change.VoteSigned signed:
                SqliteProofs.Write(file, signed);
                break;
            case Change.Recorded recorded:
                SqliteProofs.Write(file, recorded);
                break;
            case Change.IssueReported issue:
                file.Prepare("INSERT INTO issue (snapshotter, at_ms, json) VALUES (?, ?, ?)")
                    .With(issue.Snapshotter).With(issue.At).With(issue.Json).Run();
                file.Prepare("""
                    DELETE FROM issue WHERE snapshotter = ?1 AND (at_ms < ?2 OR id <= (
                        SELECT id FROM issue WHERE snapshotter = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?3))
                    """).With(issue.Snapshotter).With(issue.At - StoredIssue.Kept).With(StoredIssue.MostKept).Run();
                break;
            case Change.Registered:
                break; // Written when it was asked for, since its project's number comes from there.
            default:
                throw new UnreachableException(change.GetType().Name);
        }
    }

    private long StreamOf(EpochStream stream)
    {
        if (!_streams.TryGetValue(stream, out var id))
        {
            file.Prepare("INSERT OR IGNORE INTO stream (chain_id, size, head_offset) VALUES (?, ?, ?)")
                .With(stream.ChainId).With(stream.Size).With(stream.HeadOffset).Run();
            id = SqliteProjects.StreamId(file, stream)!.Value;
            _streams.Add(stream, id);
        }

        return id;
    }
}
