using Npgsql;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Store;

/// <summary>Changes snapshotters in a PostgreSQL database.</summary>
internal sealed class PostgresRegistry(PostgresDatabase database) : ISnapshotterRegistry
{
    public ValueTask<IReadOnlyList<Snapshotter>> ListAsync(CancellationToken cancellationToken) =>
        database.RowsAsync("""
            SELECT id, alias, name, email, instance_hash, address, rate_limit, is_active, added_ms
            FROM snapshotter WHERE removed_ms IS NULL ORDER BY alias
            """, Read, [], cancellationToken);

    public ValueTask<bool> AddAsync(Snapshotter snapshotter, CancellationToken cancellationToken) =>
        ChangeAsync("""
            INSERT INTO snapshotter (alias, name, email, instance_hash, address, rate_limit, is_active, added_ms)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
            """, ValuesOf(snapshotter), cancellationToken);

    public ValueTask<bool> ChangeAsync(Snapshotter snapshotter, CancellationToken cancellationToken) =>
        ChangeAsync("""
            UPDATE snapshotter SET name = $2, email = $3, instance_hash = $4, address = $5, rate_limit = $6,
                is_active = $7, added_ms = $8
            WHERE alias = $1 AND removed_ms IS NULL AND NOT EXISTS (
                SELECT 1 FROM snapshotter AS other WHERE other.removed_ms IS NULL AND other.alias <> $1
                    AND (other.instance_hash = $4 OR other.address = $5))
            """, ValuesOf(snapshotter), cancellationToken);

    public ValueTask<bool> RemoveAsync(int snapshotter, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(
            "UPDATE snapshotter SET removed_ms = $1, is_active = false WHERE id = $2 AND removed_ms IS NULL",
            [at.ToUnixTimeMilliseconds(), snapshotter], cancellationToken);

    public ValueTask<IReadOnlyList<string>> ProjectsOfAsync(int snapshotter, CancellationToken cancellationToken) =>
        database.RowsAsync("""
            SELECT project.name FROM registration JOIN project ON project.id = registration.project
            WHERE snapshotter = $1 ORDER BY project.name
            """, row => row.GetString(0), [snapshotter], cancellationToken);

    private static Snapshotter Read(NpgsqlDataReader row) => new(row.GetInt32(0), row.GetString(1))
    {
        Name = row.GetString(2),
        Email = row.GetString(3),
        InstanceHash = row.IsDBNull(4) ? default : row.GetFieldValue<byte[]>(4),
        Address = row.IsDBNull(5) ? null : row.GetString(5),
        RateLimit = row.GetString(6),
        IsActive = row.GetBoolean(7),
        AddedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
    };

    private static object?[] ValuesOf(Snapshotter snapshotter) =>
    [
        snapshotter.Alias, snapshotter.Name, snapshotter.Email,
        snapshotter.InstanceHash.Length > 0 ? snapshotter.InstanceHash.ToArray() : null,
        snapshotter.Address, snapshotter.RateLimit, snapshotter.IsActive,
        snapshotter.AddedAt.ToUnixTimeMilliseconds(),
    ];

    private async ValueTask<bool> ChangeAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await database.RunAsync(
            connection, "SELECT pg_advisory_xact_lock($1)", [PostgresSchema.WriterLock], cancellationToken);
        if (await database.RunAsync(connection, sql, values, cancellationToken) == 0)
        {
            return false;
        }

        // All rosters: they are few, and which of them it concerns depends on what was changed.
        await database.RunAsync(
            connection, "UPDATE snapshotters_version SET version = version + 1", [], cancellationToken);
        await database.RunAsync(connection, "UPDATE project SET roster = NULL", [], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
