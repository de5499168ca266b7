using System.Diagnostics.CodeAnalysis;
using Outpost.Chains;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>What came of one project in one epoch.</summary>
/// <param name="Bytes">Null: it failed.</param>
/// <param name="Problem">Why it failed; null: it did not.</param>
public sealed record ComputedSnapshot(SnapshotProject Project, SnapshotBytes? Bytes, string? Problem);

/// <summary>What came of all projects in one epoch.</summary>
/// <param name="ParentHash">The hash of the block before the epoch: what it is built on.</param>
/// <param name="LastBlockHash">The hash of the epoch's last block: the branch of the chain that it is about.</param>
/// <param name="Timestamp">Of the last block, in seconds since 1970.</param>
/// <param name="Rounds">How often the chain was asked, headers not counted.</param>
public sealed record ComputedEpoch(
    Epoch Epoch, Hash32 ParentHash, Hash32 LastBlockHash, long Timestamp, int Rounds,
    IReadOnlyList<ComputedSnapshot> Projects);

/// <summary>Computes an epoch: all of its projects at once, with shared reads.</summary>
public static class EpochComputation
{
    /// <summary>
    /// A processor that throws spoils its own projects only. Throws <see cref="ChainException"/> when the chain cannot
    /// be read, has no such blocks, or changed while it was read: then nothing of the epoch counts.
    /// </summary>
    /// <param name="metadata">Known before, and added to.</param>
    public static async Task<ComputedEpoch> RunAsync(
        ISourceChain chain, Epoch epoch, IReadOnlyList<SnapshotProject> projects, MetadataBook metadata,
        CancellationToken cancellationToken)
    {
        // The block before tells how things stood when the epoch began.
        var headers = await chain.HeadersAsync(Math.Max(0, epoch.Begin - 1), epoch.End, cancellationToken);
        var rounds = new Rounds();
        var reads = new EpochReads(chain, epoch, headers, metadata, rounds);
        var shared = new SharedWork();
        var ended = await rounds.RunAsync(
            [
                .. projects.Select(Func<Task<ComputedSnapshot>> (project) => () => ComputeAsync(
                    project, new SnapshotContext(chain.ChainId, epoch, project.Contract, reads, shared),
                    cancellationToken)),
            ],
            reads.FetchAsync, cancellationToken);
        return new ComputedEpoch(
            epoch, reads.Headers[0].ParentHash, headers[^1].Hash, headers[^1].Timestamp, reads.Fetched,
            await Task.WhenAll(ended));
    }

    [SuppressMessage("Design", "CA1031", Justification = "A processor may throw anything; the others go on.")]
    private static async Task<ComputedSnapshot> ComputeAsync(
        SnapshotProject project, SnapshotContext context, CancellationToken cancellationToken)
    {
        try
        {
            var snapshot = await project.Processor.ComputeAsync(context, cancellationToken);
            foreach (var transformation in project.Processor.Transformations)
            {
                snapshot = transformation(snapshot, project.Contract, context.Epoch);
            }

            return new ComputedSnapshot(project, SnapshotBytes.Of(snapshot), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            return new ComputedSnapshot(project, null, $"{fault.GetType().Name}: {fault.Message}");
        }
    }
}
