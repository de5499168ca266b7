using Npgsql;
using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>Rounds, their rosters and their votes in a PostgreSQL database, on the writer's connection.</summary>
internal sealed class PostgresRounds(PostgresDatabase database, NpgsqlConnection connection)
{
    /// <summary>As many as the SQLite store holds.</summary>
    private const int MostRosters = 4096;

    private readonly Dictionary<long, Roster> _rosters = [];

    /// <summary>A round with all of its votes; null when it was never opened.</summary>
    public async ValueTask<Round?> FindAsync(RoundKey key, CancellationToken cancellationToken)
    {
        var rounds = await RowsAsync("""
            SELECT roster, min_count, percentage, closes_ms, is_pruned FROM round WHERE epoch_end = $1 AND project = $2
            """, row => (Roster: row.GetInt64(0), Criteria: new Criteria(row.GetInt32(1), row.GetInt32(2)),
            ClosesAt: PostgresReader.TimeOf(row, 3), IsPruned: row.GetBoolean(4)), [key.EpochEnd, key.Project],
            cancellationToken);
        if (rounds is not [var stored])
        {
            return null;
        }

        var round = new Round(await RosterOfAsync(stored.Roster, cancellationToken), stored.Criteria, stored.ClosesAt)
        {
            IsPruned = stored.IsPruned,
        };
        await CatchUpAsync([(key, round)], cancellationToken);
        foreach (var (snapshotter, cid) in await RowsAsync("""
            SELECT snapshotter, cid.cid FROM equivocation JOIN cid USING (epoch_end, project, choice)
            WHERE epoch_end = $1 AND project = $2 ORDER BY at_ms
            """, row => (row.GetInt32(0), row.GetString(1)), [key.EpochEnd, key.Project], cancellationToken))
        {
            round.RestoreEquivocation(snapshotter, cid);
        }

        return round;
    }

    /// <summary>Adds what others have written to rounds since they were read: three questions for all.</summary>
    public async ValueTask CatchUpAsync(
        IReadOnlyCollection<(RoundKey Key, Round Round)> held, CancellationToken cancellationToken)
    {
        var rounds = held.ToDictionary(one => one.Key, one => one.Round);
        long[] ends = [.. held.Select(one => one.Key.EpochEnd)];
        int[] projects = [.. held.Select(one => one.Key.Project)];
        foreach (var (key, cid) in await RowsAsync("""
            SELECT epoch_end, project, cid
            FROM unnest($1::bigint[], $2::int[], $3::int[]) AS held (epoch_end, project, known)
                JOIN cid USING (epoch_end, project)
            WHERE choice >= known ORDER BY epoch_end, project, choice
            """, row => (KeyOf(row), row.GetString(2)),
            [ends, projects, held.Select(one => one.Round.Cids.Count).ToArray()], cancellationToken))
        {
            rounds[key].ChoiceOf(cid);
        }

        foreach (var (key, snapshotter, choice, standing) in await RowsAsync("""
            SELECT epoch_end, project, snapshotter, choice, standing
            FROM unnest($1::bigint[], $2::int[], $3::int[]) AS held (epoch_end, project, known)
                JOIN vote USING (epoch_end, project)
            WHERE ordinal >= known ORDER BY epoch_end, project, ordinal
            """, row => (KeyOf(row), row.GetInt32(2), row.GetInt32(3), (Standing)row.GetInt32(4)),
            [ends, projects, held.Select(one => one.Round.Voters).ToArray()], cancellationToken))
        {
            rounds[key].Restore(snapshotter, choice, standing);
        }

        foreach (var (key, decision) in await RowsAsync("""
            SELECT round.epoch_end, round.project, decided_ms, disagreement, cid.cid
            FROM unnest($1::bigint[], $2::int[]) AS held (epoch_end, project)
                JOIN round USING (epoch_end, project)
                LEFT JOIN cid USING (epoch_end, project, choice)
            WHERE decided_ms IS NOT NULL
            """, row => (KeyOf(row), PostgresReader.DecisionOf(row, 2)), [ends, projects], cancellationToken))
        {
            rounds[key].Restore(decision!);
        }
    }

    /// <summary>
    /// Who may vote in a round of this project that opens now; what it writes belongs to the transaction.
    /// </summary>
    public async ValueTask<Roster> ElectorateAsync(int project, CancellationToken cancellationToken)
    {
        var current = await RowsAsync("SELECT roster FROM project WHERE id = $1 AND roster IS NOT NULL",
            row => row.GetInt64(0), [project], cancellationToken);
        if (current is [var id])
        {
            return await RosterOfAsync(id, cancellationToken);
        }

        var ids = await RowsAsync("""
            INSERT INTO roster (project, members) VALUES ($1, ARRAY(
                SELECT registration.snapshotter
                FROM registration JOIN snapshotter ON snapshotter.id = registration.snapshotter
                WHERE project = $1 AND is_active AND removed_ms IS NULL ORDER BY registration.snapshotter))
            RETURNING id
            """, row => row.GetInt64(0), [project], cancellationToken);
        await database.RunAsync(
            connection, "UPDATE project SET roster = $1 WHERE id = $2", [ids[0], project], cancellationToken);
        return await RosterOfAsync(ids[0], cancellationToken);
    }

    /// <summary>Writes what concerns rounds, one statement for each kind of row.</summary>
    public async ValueTask WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        await InsertAsync<Change.RoundOpened>("""
            INSERT INTO round (epoch_end, project, opened_ms, closes_ms, roster, min_count, percentage)
            SELECT * FROM unnest(
                $1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::int[], $7::int[])
            """, changes, [
                all => Array(all, one => one.Key.EpochEnd), all => Array(all, one => one.Key.Project),
                all => Array(all, one => Ms(one.At)), all => Array(all, one => Ms(one.ClosesAt)),
                all => Array(all, one => one.Roster.Id), all => Array(all, one => one.Criteria.MinSnapshotterCount),
                all => Array(all, one => one.Criteria.Percentage)], cancellationToken);
        await InsertAsync<Change.CidNamed>(
            "INSERT INTO cid SELECT * FROM unnest($1::bigint[], $2::int[], $3::int[], $4::text[])", changes, [
                all => Array(all, one => one.Key.EpochEnd), all => Array(all, one => one.Key.Project),
                all => Array(all, one => one.Choice), all => Array(all, one => one.Cid)], cancellationToken);
        await InsertAsync<Change.Voted>("""
            INSERT INTO vote SELECT * FROM unnest(
                $1::bigint[], $2::int[], $3::int[], $4::int[], $5::int[], $6::bigint[], $7::int[])
            """, changes, [
                all => Array(all, one => one.Key.EpochEnd), all => Array(all, one => one.Key.Project),
                all => Array(all, one => one.Snapshotter), all => Array(all, one => one.Ordinal),
                all => Array(all, one => one.Choice), all => Array(all, one => Ms(one.At)),
                all => Array(all, one => (int)one.Standing)], cancellationToken);
        await InsertAsync<Change.Equivocated>("""
            INSERT INTO equivocation SELECT * FROM unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::bigint[])
            ON CONFLICT DO NOTHING
            """, changes, [
                all => Array(all, one => one.Key.EpochEnd), all => Array(all, one => one.Key.Project),
                all => Array(all, one => one.Snapshotter), all => Array(all, one => one.Choice),
                all => Array(all, one => Ms(one.At))], cancellationToken);
        await InsertAsync<Change.Decided>("""
            UPDATE round SET decided_ms = new.at_ms, disagreement = nullif(new.why, 0), choice = (
                SELECT choice FROM cid
                WHERE cid.epoch_end = new.epoch_end AND cid.project = new.project AND cid.cid = new.cid)
            FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::int[], $5::text[])
                AS new (epoch_end, project, at_ms, why, cid)
            WHERE round.epoch_end = new.epoch_end AND round.project = new.project AND round.decided_ms IS NULL
            """, changes, [
                all => Array(all, one => one.Key.EpochEnd), all => Array(all, one => one.Key.Project),
                all => Array(all, one => Ms(one.Decision.At)),
                all => Array(all, one => (int)((one.Decision.Verdict as Verdict.Indeterminate)?.Why ?? 0)),
                all => Array(all, one => (one.Decision.Verdict as Verdict.Finalized)?.Cid ?? "")], cancellationToken);
    }

    /// <summary>Forgets what a transaction that was rolled back may have put here.</summary>
    public void Forget() => _rosters.Clear();

    private static RoundKey KeyOf(NpgsqlDataReader row) => new(row.GetInt32(1), row.GetInt64(0));

    private static TValue[] Array<T, TValue>(List<T> all, Func<T, TValue> value) => [.. all.Select(value)];

    private static long Ms(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private async ValueTask InsertAsync<T>(
        string sql, IReadOnlyList<Change> changes, Func<List<T>, object>[] columns, CancellationToken cancellationToken)
        where T : Change
    {
        var all = changes.OfType<T>().ToList();
        if (all.Count > 0)
        {
            await database.RunAsync(
                connection, sql, [.. columns.Select(column => column(all))], cancellationToken);
        }
    }

    private async ValueTask<Roster> RosterOfAsync(long id, CancellationToken cancellationToken)
    {
        if (_rosters.TryGetValue(id, out var known))
        {
            return known;
        }

        var members = await RowsAsync(
            "SELECT members FROM roster WHERE id = $1", row => row.GetFieldValue<int[]>(0), [id], cancellationToken);
        if (_rosters.Count >= MostRosters)
        {
            _rosters.Clear();
        }

        return _rosters[id] = new Roster(id, members[0]);
    }

    private ValueTask<List<T>> RowsAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, object?[] values, CancellationToken cancellationToken) =>
        database.RowsAsync(connection, sql, read, values, cancellationToken);
}
