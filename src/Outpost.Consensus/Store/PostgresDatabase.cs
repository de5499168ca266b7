using Npgsql;

namespace Outpost.Consensus.Store;

/// <summary>A PostgreSQL database: its connections, and its faults as <see cref="ConsensusException"/>.</summary>
internal sealed class PostgresDatabase(string connectionString) : IDisposable
{
    /// <summary>More than there are statements here, so each is planned once; what the user writes holds.</summary>
    private const string Prepared = "Max Auto Prepare=100;";

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(Prepared + connectionString);

    public string Name { get; } = ConsensusStore.NameOf(connectionString);

    /// <summary>A connection of the caller's own.</summary>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            throw Fault(fault);
        }
    }

    /// <summary>All rows of a question, asked on a connection of the pool.</summary>
    public async ValueTask<IReadOnlyList<T>> RowsAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, object?[] values, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return await RowsAsync(connection, sql, read, values, cancellationToken);
    }

    public async ValueTask<List<T>> RowsAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, object?[] values,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Command(connection, sql, values);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (NpgsqlException fault)
        {
            throw Fault(fault);
        }
    }

    /// <summary>The number of rows that it changed.</summary>
    public async ValueTask<int> RunAsync(
        NpgsqlConnection connection, string sql, object?[] values, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Command(connection, sql, values);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            throw Fault(fault);
        }
    }

    public ConsensusException Fault(NpgsqlException fault) => new(
        $"The store {Name}: {fault.Message}. Does the server run, and may this user write to the database?", fault)
    {
        // What the server says of itself passes; what it says of our question does not.
        IsTransient = fault is not PostgresException { IsTransient: false, SqlState: var state }
            || state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.DiskFull,
    };

    public void Dispose() => _source.Dispose();

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
