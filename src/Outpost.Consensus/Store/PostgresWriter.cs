using System.Runtime.CompilerServices;
using Npgsql;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>
/// The writer's way into a PostgreSQL database that several services share. One transaction writes at a time, whoever's
/// it is, so that all see one order of votes; what others have written is read before anything is decided.
/// </summary>
internal sealed class PostgresWriter(PostgresDatabase database) : IStoreWriter
{
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private PostgresRounds? _rounds;
    private PostgresPastRounds? _past;

    /// <summary>
    /// For each round that is held, the number of the commit with which it was read or brought up to date.
    /// </summary>
    private readonly ConditionalWeakTable<Round, StrongBox<long>> _readAt = [];

    /// <summary>The number of this transaction, among those of all services.</summary>
    private long _current;

    /// <summary>The number of this service's last commit.</summary>
    private long _own = -1;

    /// <summary>A number behind which no other service has written.</summary>
    private long _others;

    /// <summary>The number of the last commit that made rounds void.</summary>
    private long _voidedAt;

    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        await EndAsync();
        if (_connection is not { State: System.Data.ConnectionState.Open })
        {
            await DisposeAsync();
            _connection = await database.ConnectAsync(cancellationToken);
            _rounds = new PostgresRounds(database, _connection);
            _past = new PostgresPastRounds(database, _connection);
        }

        try
        {
            _transaction = await _connection.BeginTransactionAsync(cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            throw database.Fault(fault);
        }

        await RunAsync("SET LOCAL synchronous_commit = on", [], cancellationToken);
        await RunAsync("SELECT pg_advisory_xact_lock($1)", [PostgresSchema.WriterLock], cancellationToken);
        (var commits, _voidedAt) = (await database.RowsAsync(
            _connection, "UPDATE writer SET commits = commits + 1 RETURNING commits, voided_at",
            row => (row.GetInt64(0), row.GetInt64(1)), [], cancellationToken))[0];
        _current = commits;
        if (commits != _own + 1)
        {
            _others = commits;
        }
    }

    public async ValueTask<(Project Project, bool IsNew)> RegisterAsync(
        string project, EpochStream stream, int snapshotter, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var known = await FindProjectAsync(project, cancellationToken);
        if (known is null)
        {
            var id = await StreamOfAsync(stream, cancellationToken);
            await RunAsync("INSERT INTO project (name, stream) VALUES ($1, $2)", [project, id], cancellationToken);
            known = (await FindProjectAsync(project, cancellationToken))!;
        }

        var isNew = await RunAsync("INSERT INTO registration VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [known.Id, snapshotter, at.ToUnixTimeMilliseconds()], cancellationToken) > 0;
        if (isNew)
        {
            await RunAsync("UPDATE project SET roster = NULL WHERE id = $1", [known.Id], cancellationToken);
        }

        return (known, isNew);
    }

    public async ValueTask<IReadOnlyList<int>> ProjectsAsync(EpochStream stream, CancellationToken cancellationToken) =>
        await database.RowsAsync(_connection!, "SELECT id FROM project WHERE stream = $1 ORDER BY id",
            row => row.GetInt32(0), [await StreamOfAsync(stream, cancellationToken)], cancellationToken);

    public async ValueTask<bool> IsRegisteredAsync(int project, int snapshotter, CancellationToken cancellationToken) =>
        (await database.RowsAsync(
            _connection!, "SELECT 1 FROM registration WHERE project = $1 AND snapshotter = $2", _ => true,
            [project, snapshotter], cancellationToken)).Count > 0;

    public async ValueTask<IReadOnlyList<int>> VoidAsync(
        EpochStream stream, ReleasedEpoch epoch, CancellationToken cancellationToken) =>
        await _past!.VoidAsync(await StreamOfAsync(stream, cancellationToken), epoch, cancellationToken);

    public ValueTask<IReadOnlyList<RoundKey>> PrunableAsync(
        DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        _past!.PrunableAsync(before, most, cancellationToken);

    public async ValueTask<IReadOnlyList<RoundFound>> FindAsync(
        IReadOnlyCollection<RoundNeed> needs, CancellationToken cancellationToken)
    {
        var found = new List<RoundFound>();
        var held = new List<(RoundKey Key, Round Round)>();
        foreach (var need in needs)
        {
            if (need.Held is null || IsDoubtful(need.Held))
            {
                var round = await _rounds!.FindAsync(need.Key, cancellationToken);
                if (round is not null)
                {
                    _readAt.AddOrUpdate(round, new StrongBox<long>(_current));
                }

                found.Add(new RoundFound(need.Key, round,
                    round is null ? await _rounds.ElectorateAsync(need.Key.Project, cancellationToken) : null));
            }
            else
            {
                held.Add((need.Key, need.Held));
            }
        }

        held.RemoveAll(one => ReadAt(one.Round).Value >= _others);
        if (held.Count > 0)
        {
            await _rounds!.CatchUpAsync(held, cancellationToken);
            held.ForEach(one => ReadAt(one.Round).Value = _current);
        }

        return found;
    }

    public async ValueTask WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        await _rounds!.WriteAsync(changes, cancellationToken);
        foreach (var change in changes)
        {
            await WriteAsync(change, cancellationToken);
        }
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _transaction!.CommitAsync(cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            // It may have been committed: what is held in memory is read anew either way.
            _own = -1;
            throw database.Fault(fault);
        }

        _own = _current;
        await EndAsync();
    }

    public async ValueTask RollBackAsync()
    {
        _rounds?.Forget();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _connection = null;
        }
    }

    /// <summary>True when it may be one of those that were made void since it was read.</summary>
    private bool IsDoubtful(Round held) => ReadAt(held).Value < _voidedAt;

    // One that was opened here was never read: it is, once.
    private StrongBox<long> ReadAt(Round held) => _readAt.GetValue(held, _ => new StrongBox<long>(0));

    private async ValueTask EndAsync()
    {
        if (_transaction is { } transaction)
        {
            _transaction = null;
            try
            {
                await transaction.DisposeAsync();
            }
            catch (NpgsqlException)
            {
                // The connection is gone, and with it the transaction; the next one begins on another.
            }
        }
    }

    private async ValueTask WriteAsync(Change change, CancellationToken cancellationToken)
    {
        switch (change)
        {
            case Change.EpochReleased released:
                await RunAsync("""
                    INSERT INTO epoch VALUES ($1, $2, $3, $4, $5, NULL, $6)
                    ON CONFLICT (stream, epoch_end) DO UPDATE SET released_ms = $4, last_block_hash = $5,
                        invalidated_ms = NULL, releases = $6 WHERE epoch.releases < $6
                    """,
                    [await StreamOfAsync(released.Stream, cancellationToken), released.Epoch.Epoch.End,
                    released.Epoch.Epoch.Begin, released.Epoch.ReleasedAt.ToUnixTimeMilliseconds(),
                    released.Epoch.LastBlockHash, released.Epoch.Releases], cancellationToken);
                break;
            case Change.EpochInvalidated invalidated:
                await RunAsync("UPDATE epoch SET invalidated_ms = $1 WHERE stream = $2 AND epoch_end = $3",
                    [invalidated.At.ToUnixTimeMilliseconds(),
                    await StreamOfAsync(invalidated.Stream, cancellationToken), invalidated.Epoch.End],
                    cancellationToken);
                break;
            case Change.VotesPruned pruned:
                await _past!.PruneAsync(pruned.Key, cancellationToken);
                break;
            case Change.VoteSigned signed:
                await PostgresProofs.WriteAsync(database, _connection!, signed, cancellationToken);
                break;
            case Change.Recorded recorded:
                await PostgresProofs.WriteAsync(database, _connection!, recorded, cancellationToken);
                break;
            case Change.IssueReported issue:
                await RunAsync("INSERT INTO issue (snapshotter, at_ms, json) VALUES ($1, $2, $3)",
                    [issue.Snapshotter, issue.At.ToUnixTimeMilliseconds(), issue.Json], cancellationToken);
                await RunAsync("""
                    DELETE FROM issue WHERE snapshotter = $1 AND (at_ms < $2 OR id <= (
                        SELECT id FROM issue WHERE snapshotter = $1 ORDER BY id DESC LIMIT 1 OFFSET $3))
                    """, [issue.Snapshotter, (issue.At - StoredIssue.Kept).ToUnixTimeMilliseconds(),
                    StoredIssue.MostKept], cancellationToken);
                break;
        }
    }

    private async ValueTask<Project?> FindProjectAsync(string name, CancellationToken cancellationToken) =>
        (await database.RowsAsync(_connection!, """
            SELECT project.id, chain_id, size, head_offset FROM project JOIN stream ON stream.id = project.stream
            WHERE project.name = $1
            """, row => new Project(row.GetInt32(0), name,
            new EpochStream(row.GetInt64(1), row.GetInt32(2), row.GetInt32(3))), [name], cancellationToken))
        .FirstOrDefault();

    private async ValueTask<int> StreamOfAsync(EpochStream stream, CancellationToken cancellationToken)
    {
        object?[] values = [stream.ChainId, stream.Size, stream.HeadOffset];
        await RunAsync("INSERT INTO stream (chain_id, size, head_offset) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            values, cancellationToken);
        return (await database.RowsAsync(_connection!,
            "SELECT id FROM stream WHERE chain_id = $1 AND size = $2 AND head_offset = $3",
            row => row.GetInt32(0), values, cancellationToken))[0];
    }

    private ValueTask<int> RunAsync(string sql, object?[] values, CancellationToken cancellationToken) =>
        database.RunAsync(_connection!, sql, values, cancellationToken);
}
