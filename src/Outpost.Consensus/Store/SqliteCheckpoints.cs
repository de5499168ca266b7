namespace Outpost.Consensus.Store;

/// <summary>
/// Moves what was committed from SQLite's log into its file, beside the writer: a commit that did it would make its
/// votes wait for the disk several times over.
/// </summary>
internal sealed class SqliteCheckpoints(string path, SqliteWriter writer, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Pages of 4 KiB. A log that is begun anew is overwritten, which an fsync makes durable many times faster than it
    /// does what makes a file longer; so it is begun anew rather soon.
    /// </summary>
    private const int PagesUntilAnew = 4096;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var file = SqliteFile.Open(path, isReadOnly: false);
        file.Execute("PRAGMA synchronous = FULL");
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, time, cancellationToken);
                var (_, pages, _) = file.Prepare("PRAGMA wal_checkpoint(PASSIVE)")
                    .Rows(row => (row.Int(0), row.Int(1), row.Int(2)))[0];
                if (pages > PagesUntilAnew)
                {
                    writer.BeginLogAnew();
                }
            }
            catch (ConsensusException fault) when (fault.IsTransient)
            {
                // The log grows meanwhile; the writer, which has the same trouble, tells of it.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
