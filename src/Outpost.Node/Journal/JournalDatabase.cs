using System.Globalization;
using Microsoft.Data.Sqlite;
using Outpost.Node.Duties;
using SQLitePCL;

namespace Outpost.Node.Journal;

/// <summary>
/// One connection to the journal's SQLite file: statements are prepared once, and every fault of SQLite becomes a
/// <see cref="JournalException"/>. Not safe for use from several threads.
/// </summary>
internal sealed class JournalDatabase : IDisposable
{
    /// <summary>How long a lock of another process is waited for: longer no duty may stand still.</summary>
    private const int BusySeconds = 2;

    /// <summary>A commit is in the file, and on disk with the next durable one.</summary>
    private const string FastCommits = "PRAGMA synchronous = NORMAL";

    private readonly Dictionary<string, SqliteCommand> _prepared = [];
    private readonly SqliteConnection _connection;

    private JournalDatabase(string path, SqliteConnection connection)
    {
        Path = path;
        _connection = connection;
    }

    /// <summary>A file's path, ":memory:", or an SQLite URI such as "file:NAME?mode=memory&amp;cache=shared".</summary>
    public string Path { get; }

    public static JournalDatabase Open(string path, SqliteOpenMode mode)
    {
        Batteries_V2.Init();
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        };
        var database = new JournalDatabase(path, new SqliteConnection(source.ToString()));
        try
        {
            database._connection.Open();
            database.Execute(string.Create(
                CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {BusySeconds * 1000}"));
            return database;
        }
        catch (SqliteException fault)
        {
            database.Dispose();
            throw JournalFaults.Of(path, fault);
        }
        catch (JournalException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A log ahead of the file: readers do not stop the writer, and one fsync makes all durable that came before.
    /// </summary>
    public void WriteAhead()
    {
        Execute("PRAGMA journal_mode = WAL");
        Execute(FastCommits);
    }

    /// <summary>The number of rows that it changed.</summary>
    public int Execute(string sql, params (string Name, object? Value)[] values)
    {
        try
        {
            return Prepared(sql, values).ExecuteNonQuery();
        }
        catch (SqliteException fault)
        {
            throw JournalFaults.Of(Path, fault);
        }
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] values)
    {
        try
        {
            var rows = new List<T>();
            using var row = Prepared(sql, values).ExecuteReader();
            while (row.Read())
            {
                rows.Add(read(row));
            }

            return rows;
        }
        catch (SqliteException fault)
        {
            throw JournalFaults.Of(Path, fault);
        }
    }

    /// <summary>The first column of the first row, which has to be there.</summary>
    public long Number(string sql, params (string Name, object? Value)[] values) =>
        Query(sql, row => row.GetInt64(0), values)[0];

    /// <summary>All that <paramref name="write"/> writes, or nothing of it.</summary>
    public void InTransaction(Action write)
    {
        RollBack(); // A fault of the disk can have kept the last one from being rolled back.
        Execute("BEGIN IMMEDIATE");
        try
        {
            write();
            Execute("COMMIT");
        }
        catch (JournalException)
        {
            RollBack();
            throw;
        }
    }

    /// <summary>
    /// The same, and it is on disk (fsync) when this returns, with all that was written before it.
    /// </summary>
    public void InDurableTransaction(Action write)
    {
        Execute("PRAGMA synchronous = FULL");
        try
        {
            InTransaction(write);
        }
        finally
        {
            Execute(FastCommits);
        }
    }

    public static (string, object?)[] KeyOf(DutyId? id) =>
        [("$role", (int?)id?.Role), ("$topic", (long?)id?.Topic.Value), ("$nonce", id?.Nonce.Value)];

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>When even this fails, the next transaction tries again before it begins.</summary>
    private void RollBack()
    {
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            _ = raw.sqlite3_exec(_connection.Handle, "ROLLBACK");
        }
    }

    private SqliteCommand Prepared(string sql, (string Name, object? Value)[] values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in values)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
        }

        return command;
    }
}
