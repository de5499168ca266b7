namespace Outpost.Consensus.Store;

/// <summary>
/// Holds an SQLite store for one service: a second one would hold other rounds in memory. The system lets go of it
/// however the process ends.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    public static StoreLock Take(string path)
    {
        try
        {
            return new StoreLock(new FileStream(
                $"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConsensusException(
                $"The store {path} cannot be had: {problem.Message} Does another service run on it? Then stop that "
                + "one; several services share a PostgreSQL store only.", problem);
        }
    }

    public void Dispose() => _file.Dispose();
}
