using System.Text.Json.Nodes;
using Outpost.Sdk.Evm;

namespace Outpost.Sdk.Snapshots;

/// <summary>
/// Computes the snapshots of one type of project: of each contract that is configured, in each epoch. It is found, made
/// and disposed as every module is (<see cref="IInferenceModule"/>), and asked for many contracts side by side.
/// <para>
/// Every honest node has to come to the same bytes. So a snapshot follows from what its context answers and from
/// nothing else: no clock, no chance, no state of its own, no binary floating point. A <see cref="double"/> in a
/// snapshot is refused; numbers are decimals, whole numbers or <see cref="BigDecimal.ToJson"/>.
/// </para>
/// </summary>
public interface ISnapshotProcessor
{
    /// <summary>
    /// Changes that are made to each snapshot after it was computed, in this order, as Pooler's transformation lambdas.
    /// </summary>
    IReadOnlyList<SnapshotTransformation> Transformations => [];

    /// <summary>
    /// The snapshot of one contract for one epoch. An exception means that there is none yet: it is computed again
    /// while it can count.
    /// </summary>
    Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken);
}

/// <summary>What becomes of a computed snapshot; the one given may be changed and returned.</summary>
public delegate JsonObject SnapshotTransformation(JsonObject snapshot, EvmAddress contract, Epoch epoch);
