using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>Says which epochs there are to be snapshotted.</summary>
internal interface IEpochSource
{
    /// <summary>
    /// The newest epoch, each time that there is a newer one, and the first at once. Ends only by cancellation.
    /// </summary>
    IAsyncEnumerable<Epoch> NewestAsync(CancellationToken cancellationToken);
}
