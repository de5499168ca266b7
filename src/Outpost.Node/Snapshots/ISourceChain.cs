using Outpost.Chains.Evm;
using Outpost.Sdk.Evm;

namespace Outpost.Node.Snapshots;

/// <summary>
/// All that is read of the chain that is snapshotted: by a node, or out of a recording. Throws
/// <see cref="Chains.ChainException"/> when it cannot be read, or changed while it was.
/// </summary>
public interface ISourceChain
{
    /// <summary>The chain's id.</summary>
    long ChainId { get; }

    /// <summary>The headers of a range of blocks, both ends included; each hangs on the one before.</summary>
    Task<IReadOnlyList<EvmHeader>> HeadersAsync(long first, long last, CancellationToken cancellationToken);

    /// <summary>The logs of just these blocks, in the order of the chain.</summary>
    Task<IReadOnlyList<EvmLog>> LogsAsync(
        LogFilter filter, IReadOnlyList<EvmHeader> blocks, CancellationToken cancellationToken);

    /// <summary>What contracts answer after just these blocks, in the order of the calls.</summary>
    Task<IReadOnlyList<CallResult>> CallsAsync(
        IReadOnlyList<(EvmCall Call, EvmHeader Block)> calls, CancellationToken cancellationToken);
}
