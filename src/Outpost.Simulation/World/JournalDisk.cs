using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Simulation.Checks;

namespace Outpost.Simulation.World;

/// <summary>
/// The disk of one process's journal, in memory. It outlives the process, can be full, and can lose what was not made
/// durable.
/// </summary>
internal sealed class JournalDisk : IDisposable
{
    private readonly string _name;
    private SqliteConnection _current;
    private SqliteConnection? _durable;
    private int _generation;

    public JournalDisk()
    {
        SQLitePCL.Batteries_V2.Init();
        // In-memory databases are found by their name, and a dead process of an earlier run may still hold one open.
        _name = System.IO.Path.GetRandomFileName();
        _current = Open(Path);
    }

    /// <summary>What the process is told as the journal's path; another one after each crash.</summary>
    public string Path => $"file:{_name}-{_generation}?mode=memory&cache=shared";

    /// <summary>All that is written from now on may be lost with the power.</summary>
    public void MakeDurable()
    {
        _durable ??= Open(":memory:");
        _current.BackupDatabase(_durable);
    }

    /// <summary>
    /// After a crash: a dead process's connection cannot be closed, so the next one finds a copy under another path.
    /// </summary>
    public void Crash(bool losesPower)
    {
        var kept = losesPower ? _durable : _current;
        _generation++;
        var next = Open(Path);
        kept?.BackupDatabase(next);
        _current.Dispose();
        _current = next;
    }

    /// <summary>While full, nothing more fits.</summary>
    public void Fill(bool isFull)
    {
        using var command = _current.CreateCommand();
        command.CommandText = $"PRAGMA max_page_count = {(isFull ? 1 : 1_073_741_823)}";
        command.ExecuteNonQuery();
    }

    /// <summary>How each duty ended: a reason's code, "included", or "open".</summary>
    public Dictionary<WindowName, string> Outcomes()
    {
        var outcomes = new Dictionary<WindowName, string>();
        using var command = _current.CreateCommand();
        command.CommandText = "SELECT role, topic, nonce, CASE WHEN ended_ms IS NULL THEN 'open' "
            + "WHEN included_at IS NOT NULL THEN 'included' ELSE reason END FROM duties";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            outcomes[new(RoleOf((Role)row.GetInt32(0)), (ulong)row.GetInt64(1), row.GetInt64(2))] = row.GetString(3);
        }

        return outcomes;
    }

    private static ActorRole RoleOf(Role role) => role switch
    {
        Role.Inferer => ActorRole.Inferer,
        Role.Forecaster => ActorRole.Forecaster,
        Role.Reputer => ActorRole.Reputer,
        _ => throw new UnreachableException(),
    };

    public void Dispose()
    {
        _current.Dispose();
        _durable?.Dispose();
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
