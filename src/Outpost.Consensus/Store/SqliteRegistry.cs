using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Store;

/// <summary>
/// Changes snapshotters in an SQLite file, each time by a short transaction beside the service's own.
/// </summary>
internal sealed class SqliteRegistry(string path) : ISnapshotterRegistry
{
    public ValueTask<IReadOnlyList<Snapshotter>> ListAsync(CancellationToken cancellationToken)
    {
        using var file = SqliteFile.Open(path, isReadOnly: true);
        return new(SqliteSnapshotters.All(file));
    }

    public ValueTask<bool> AddAsync(Snapshotter snapshotter, CancellationToken cancellationToken) =>
        new(Change(file => Written(file.Prepare("""
            INSERT OR IGNORE INTO snapshotter
                (alias, name, email, instance_hash, address, rate_limit, is_active, added_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """).With(snapshotter.Alias), snapshotter, file)));

    public ValueTask<bool> ChangeAsync(Snapshotter snapshotter, CancellationToken cancellationToken) =>
        new(Change(file => Written(file.Prepare("""
            UPDATE OR IGNORE snapshotter SET name = ?2, email = ?3, instance_hash = ?4, address = ?5, rate_limit = ?6,
                is_active = ?7, added_ms = ?8
            WHERE alias = ?1 AND removed_ms IS NULL
            """).With(snapshotter.Alias), snapshotter, file)));

    public ValueTask<bool> RemoveAsync(int snapshotter, DateTimeOffset at, CancellationToken cancellationToken) =>
        new(Change(file =>
        {
            file.Prepare("UPDATE snapshotter SET removed_ms = ?, is_active = 0 WHERE id = ? AND removed_ms IS NULL")
                .With(at).With(snapshotter).Run();
            return file.RowsChanged > 0;
        }));

    public ValueTask<IReadOnlyList<string>> ProjectsOfAsync(int snapshotter, CancellationToken cancellationToken)
    {
        using var file = SqliteFile.Open(path, isReadOnly: true);
        return new(file.Prepare("""
            SELECT project.name FROM registration JOIN project ON project.id = registration.project
            WHERE snapshotter = ? ORDER BY project.name
            """).With(snapshotter).Rows(row => row.Text(0)));
    }

    private static bool Written(SqliteStatement statement, Snapshotter snapshotter, SqliteFile file)
    {
        statement.With(snapshotter.Name).With(snapshotter.Email);
        _ = snapshotter.InstanceHash.Length > 0
            ? statement.With(snapshotter.InstanceHash.Span)
            : statement.WithNull();
        statement.With(snapshotter.Address).With(snapshotter.RateLimit).With(snapshotter.IsActive ? 1 : 0)
            .With(snapshotter.AddedAt).Run();
        return file.RowsChanged > 0;
    }

    /// <summary>
    /// In one transaction with a new version, and with rosters that are made anew when they are needed.
    /// </summary>
    private bool Change(Func<SqliteFile, bool> change)
    {
        using var file = SqliteFile.Open(path, isReadOnly: false);
        file.Execute("BEGIN IMMEDIATE");
        try
        {
            if (!change(file))
            {
                file.RollBack();
                return false;
            }

            // All rosters: they are few, and which of them it concerns depends on what was changed.
            file.Execute("""
                UPDATE snapshotters_version SET version = version + 1;
                UPDATE project SET roster = NULL;
                COMMIT
                """);
            return true;
        }
        catch (ConsensusException)
        {
            file.RollBack();
            throw;
        }
    }
}
