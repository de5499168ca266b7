using Microsoft.Extensions.Logging;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>Brings changes of snapshotters, which commands write to the store, into the directory.</summary>
internal sealed partial class DirectoryRefresh(
    SnapshotterDirectory directory, IStoreReader store, TimeProvider time, ILogger<DirectoryRefresh> log)
{
    /// <summary>A change holds within a second; looking costs one row.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private long _version = -1;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var version = await store.SnapshottersVersionAsync(cancellationToken);
        if (version != _version)
        {
            directory.Replace(await store.SnapshottersAsync(cancellationToken));
            _version = version;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, time, cancellationToken);
                await LoadAsync(cancellationToken);
            }
            catch (ConsensusException fault)
            {
                Failed(fault.Message);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of snapshotters cannot be seen: {Reason}")]
    private partial void Failed(string reason);
}
