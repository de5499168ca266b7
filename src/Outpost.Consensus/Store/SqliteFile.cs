using System.Globalization;
using SQLitePCL;

namespace Outpost.Consensus.Store;

/// <summary>
/// One connection to the store's SQLite file, spoken to without ADO.NET since a vote costs little more than its row.
/// Not safe for use from several threads; every fault becomes a <see cref="ConsensusException"/>.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    /// <summary>How long a lock of another process is waited for, such as a command that adds a snapshotter.</summary>
    private const int BusyMs = 2000;

    private readonly sqlite3 _connection;
    private readonly Dictionary<string, SqliteStatement> _prepared = new(StringComparer.Ordinal);

    private SqliteFile(string path, sqlite3 connection)
    {
        Path = path;
        _connection = connection;
    }

    public string Path { get; }

    public int RowsChanged => raw.sqlite3_changes(_connection);

    internal sqlite3 Connection => _connection;

    public static SqliteFile Open(string path, bool isReadOnly)
    {
        Batteries_V2.Init();
        var flags = isReadOnly
            ? raw.SQLITE_OPEN_READONLY
            : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var code = raw.sqlite3_open_v2(path, out var connection, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            connection?.Dispose();
            throw SqliteFaults.Of(path, code, "it cannot be opened");
        }

        var file = new SqliteFile(path, connection);
        try
        {
            file.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {BusyMs}"));
            return file;
        }
        catch (ConsensusException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>One statement or several, without values.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_connection, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Fault(code);
        }
    }

    /// <summary>A statement that is prepared once; it is ready for its first value.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            var code = raw.sqlite3_prepare_v2(_connection, sql, out var handle);
            if (code != raw.SQLITE_OK)
            {
                throw Fault(code);
            }

            statement = new SqliteStatement(this, handle);
            _prepared.Add(sql, statement);
        }

        return statement.Begin();
    }

    /// <summary>The first column of the first row, which has to be there.</summary>
    public long Number(string sql)
    {
        var statement = Prepare(sql);
        var number = statement.Step() ? statement.Long(0) : throw new InvalidOperationException($"{sql} has no row");
        statement.Reset();
        return number;
    }

    /// <summary>Rolls back if a transaction is open; when even this fails, the next one begins with it.</summary>
    public void RollBack()
    {
        if (raw.sqlite3_get_autocommit(_connection) == 0)
        {
            _ = raw.sqlite3_exec(_connection, "ROLLBACK");
        }
    }

    public ConsensusException Fault(int code) =>
        SqliteFaults.Of(Path, code, raw.sqlite3_errmsg(_connection).utf8_to_string());

    public void Dispose()
    {
        foreach (var statement in _prepared.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }
}
