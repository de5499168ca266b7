namespace Outpost.Consensus.Store;

/// <summary>
/// What a consensus service remembers: who may vote, the epochs, the rounds with their votes and verdicts. One SQLite
/// file that one service has to itself.
/// </summary>
public sealed class ConsensusStore : IAsyncDisposable
{
    private readonly SqliteReader _reader;

    private ConsensusStore(SqliteWriter writer, SqliteReader reader, SqliteRegistry registry)
    {
        Writer = writer;
        _reader = reader;
        Registry = registry;
        Proofs = new SqliteProofs(reader);
    }

    public IStoreWriter Writer { get; }

    public IStoreReader Reader => _reader;

    /// <summary>Records of verdicts, and the projects' series.</summary>
    public IProofReader Proofs { get; }

    public ISnapshotterRegistry Registry { get; }

    /// <summary>Opens or creates the store; throws <see cref="ConsensusException"/> when it cannot be used.</summary>
    public static ConsensusStore Open(string path)
    {
        var file = SqliteFile.Open(path, isReadOnly: false);
        try
        {
            SqliteSchema.Migrate(file);
            return new ConsensusStore(new SqliteWriter(file), new SqliteReader(path), new SqliteRegistry(path));
        }
        catch (ConsensusException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Only the snapshotters, also beside a service that runs on the same store.</summary>
    /// <exception cref="ConsensusException">It cannot be used.</exception>
    public static ISnapshotterRegistry OpenRegistry(string path)
    {
        using var file = SqliteFile.Open(path, isReadOnly: false);
        SqliteSchema.Migrate(file);
        return new SqliteRegistry(path);
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await Writer.DisposeAsync();
    }
}
