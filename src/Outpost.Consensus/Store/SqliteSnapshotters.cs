using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Store;

/// <summary>Snapshotters in an SQLite file.</summary>
internal static class SqliteSnapshotters
{
    public static List<Snapshotter> All(SqliteFile file) => file.Prepare("""
        SELECT id, alias, name, email, instance_hash, address, rate_limit, is_active, added_ms
        FROM snapshotter WHERE removed_ms IS NULL ORDER BY alias
        """).Rows(row => new Snapshotter(row.Int(0), row.Text(1))
    {
        Name = row.Text(2),
        Email = row.Text(3),
        InstanceHash = row.IsNull(4) ? default : row.Bytes(4),
        Address = row.TextOrNull(5),
        RateLimit = row.Text(6),
        IsActive = row.Int(7) == 1,
        AddedAt = row.Time(8),
    });
}
