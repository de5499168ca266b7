using System.Text.Json.Nodes;

namespace Outpost.Sdk.Snapshots;

/// <summary>
/// Computes what follows from the finished snapshots of other projects; for the rules see
/// <see cref="ISnapshotProcessor"/>. It runs in an epoch when the members that it is configured to wait for are done.
/// </summary>
public interface IAggregateProcessor
{
    /// <summary>The aggregate of one epoch.</summary>
    Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken);
}
