using System.Diagnostics.CodeAnalysis;
using Outpost.Chains;
using Outpost.Node.Journal;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>What came of one aggregate in one epoch.</summary>
/// <param name="Bytes">Null: it failed.</param>
/// <param name="Problem">Why it failed; null: it did not.</param>
internal sealed record ComputedAggregate(AggregateProject Project, SnapshotBytes? Bytes, string? Problem);

/// <summary>Computes the aggregates of an epoch whose snapshots are kept, and keeps them.</summary>
internal sealed class AggregateComputation(
    ISourceChain chain, EpochScale scale, SnapshotStore store, MetadataBook metadata)
{
    /// <summary>
    /// Those first that others are made of. One that throws spoils itself only: those made of it see a gap. Throws
    /// <see cref="ChainException"/> when the metadata of a contract has to be read and cannot be.
    /// </summary>
    /// <param name="aggregates">Each after those that it is made of.</param>
    public async Task RunAsync(
        Epoch epoch, IReadOnlyList<AggregateProject> aggregates, CancellationToken cancellationToken)
    {
        var last = store.LastBlock(epoch)
            ?? throw new InvalidOperationException($"The snapshots of epoch {epoch} are not computed.");
        foreach (var level in Levels(aggregates))
        {
            var rounds = new Rounds();
            var reads = new EpochReads(chain, epoch, [last], metadata, rounds);
            var ended = await rounds.RunAsync(
                [
                    .. level.Select(Func<Task<ComputedAggregate>> (project) => () => ComputeAsync(
                        project, new AggregateContext(project, epoch, scale, store.Series, reads), cancellationToken)),
                ],
                reads.FetchAsync, cancellationToken);
            store.RecordAggregates(epoch, await Task.WhenAll(ended), metadata);
        }
    }

    /// <summary>Aggregates of snapshots alone, then those of these, and so on.</summary>
    private static IEnumerable<IEnumerable<AggregateProject>> Levels(IReadOnlyList<AggregateProject> aggregates)
    {
        var levels = new Dictionary<string, int>();
        foreach (var project in aggregates)
        {
            levels[project.Id] = 1 + project.Members
                .Select(member => levels.GetValueOrDefault(member.ProjectId)).DefaultIfEmpty().Max();
        }

        return aggregates.GroupBy(project => levels[project.Id]).OrderBy(level => level.Key);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A processor may throw anything; the others go on.")]
    private static async Task<ComputedAggregate> ComputeAsync(
        AggregateProject project, AggregateContext context, CancellationToken cancellationToken)
    {
        try
        {
            var aggregate = await project.Processor.ComputeAsync(context, cancellationToken);
            return new ComputedAggregate(project, SnapshotBytes.Of(aggregate), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault) when (fault is not JournalException)
        {
            return new ComputedAggregate(project, null, $"{fault.GetType().Name}: {fault.Message}");
        }
    }
}
