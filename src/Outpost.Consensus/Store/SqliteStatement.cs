using SQLitePCL;

namespace Outpost.Consensus.Store;

/// <summary>A prepared statement: values in the order of its question marks, then steps, then columns.</summary>
internal sealed class SqliteStatement(SqliteFile file, sqlite3_stmt handle) : IDisposable
{
    private int _values;

    public SqliteStatement Begin()
    {
        Reset();
        _values = 0;
        return this;
    }

    public SqliteStatement With(long value) => Checked(raw.sqlite3_bind_int64(handle, ++_values, value));

    public SqliteStatement With(DateTimeOffset value) => With(value.ToUnixTimeMilliseconds());

    public SqliteStatement With(string? value) => Checked(value is null
        ? raw.sqlite3_bind_null(handle, ++_values)
        : raw.sqlite3_bind_text(handle, ++_values, value));

    public SqliteStatement With(ReadOnlySpan<byte> value) => Checked(raw.sqlite3_bind_blob(handle, ++_values, value));

    public SqliteStatement WithNull() => Checked(raw.sqlite3_bind_null(handle, ++_values));

    /// <summary>True when there is a row to be read.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return code == raw.SQLITE_ROW;
        }

        var fault = file.Fault(code);
        Reset();
        throw fault;
    }

    /// <summary>Steps to the end of a statement without rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>All rows.</summary>
    public List<T> Rows<T>(Func<SqliteStatement, T> read)
    {
        var rows = new List<T>();
        try
        {
            while (Step())
            {
                rows.Add(read(this));
            }

            return rows;
        }
        finally
        {
            Reset();
        }
    }

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int(int column) => raw.sqlite3_column_int(handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Long(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    /// <summary>Lets go of the rows; a failure was told by the step that had it.</summary>
    public void Reset() => _ = raw.sqlite3_reset(handle);

    public void Dispose() => handle.Dispose();

    private SqliteStatement Checked(int code) => code == raw.SQLITE_OK ? this : throw file.Fault(code);
}
