using Npgsql;

namespace Outpost.Consensus.Store;

/// <summary>
/// What a consensus service remembers: who may vote, the epochs, the rounds with their votes and verdicts. An SQLite
/// file that one service has to itself, or a PostgreSQL database that several share.
/// </summary>
public sealed class ConsensusStore : IAsyncDisposable
{
    private readonly IReadOnlyList<IDisposable> _owned;

    private readonly string _text;

    private ConsensusStore(
        string text, IStoreWriter writer, IStoreReader reader, ISnapshotterRegistry registry, IProofReader proofs,
        IReadOnlyList<IDisposable> owned)
    {
        _text = text;
        Writer = writer;
        Reader = reader;
        Registry = registry;
        _owned = owned;
        Proofs = proofs;
    }

    public IStoreWriter Writer { get; }

    public IStoreReader Reader { get; }

    /// <summary>Records of verdicts, and the projects' series.</summary>
    public IProofReader Proofs { get; }

    public ISnapshotterRegistry Registry { get; }

    /// <summary>True when other services may write to it too.</summary>
    public bool IsShared => Writer is PostgresWriter;

    /// <summary>
    /// True for a PostgreSQL connection string ("Host=…;Database=…"); anything else is a file's path.
    /// </summary>
    public static bool IsPostgres(string text) =>
        text.Contains('=', StringComparison.Ordinal) && text.Contains("host", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is wrong with a PostgreSQL connection string; null when it can be read.</summary>
    public static string? DoubtOf(string text)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(text);
            return null;
        }
        catch (ArgumentException problem)
        {
            return problem.Message.Split(" (Parameter")[0];
        }
    }

    /// <summary>For people: the file's path, or the database without its password.</summary>
    public static string NameOf(string text)
    {
        if (!IsPostgres(text))
        {
            return text;
        }

        var parts = new NpgsqlConnectionStringBuilder(text);
        return $"PostgreSQL {parts.Host}:{parts.Port}/{parts.Database}";
    }

    /// <summary>Opens or creates the store.</summary>
    /// <exception cref="ConsensusException">It cannot be used.</exception>
    public static async Task<ConsensusStore> OpenAsync(string text, CancellationToken cancellationToken)
    {
        if (IsPostgres(text))
        {
            var database = new PostgresDatabase(text);
            try
            {
                await PostgresSchema.MigrateAsync(database, cancellationToken);
                return new ConsensusStore(
                    text, new PostgresWriter(database), new PostgresReader(database), new PostgresRegistry(database),
                    new PostgresProofs(database), [database]);
            }
            catch (ConsensusException)
            {
                database.Dispose();
                throw;
            }
        }

        var held = StoreLock.Take(text);
        SqliteFile? file = null;
        try
        {
            file = SqliteFile.Open(text, isReadOnly: false);
            SqliteSchema.Migrate(file);
            var reader = new SqliteReader(text);
            return new ConsensusStore(
                text, new SqliteWriter(file), reader, new SqliteRegistry(text), new SqliteProofs(reader),
                [reader, held]);
        }
        catch (ConsensusException)
        {
            file?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Only the snapshotters, also beside a service that runs on the same store.</summary>
    /// <exception cref="ConsensusException">It cannot be used.</exception>
    public static async Task<ISnapshotterRegistry> OpenRegistryAsync(string text, CancellationToken cancellationToken)
    {
        if (IsPostgres(text))
        {
            var database = new PostgresDatabase(text);
            await PostgresSchema.MigrateAsync(database, cancellationToken);
            return new PostgresRegistry(database);
        }

        using var file = SqliteFile.Open(text, isReadOnly: false);
        SqliteSchema.Migrate(file);
        return new SqliteRegistry(text);
    }

    /// <summary>Keeps the store in shape until the token stops it; without it the store grows, and is right.</summary>
    public Task MaintainAsync(TimeProvider time, CancellationToken cancellationToken) =>
        Writer is SqliteWriter writer
            ? new SqliteCheckpoints(_text, writer, time).RunAsync(cancellationToken)
            : Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
    }
}
