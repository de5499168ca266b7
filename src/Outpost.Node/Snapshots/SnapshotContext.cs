using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>One contract's view of an epoch.</summary>
internal sealed class SnapshotContext(
    long chainId, Epoch epoch, EvmAddress contract, EpochReads reads, SharedWork shared) : ISnapshotContext
{
    public long ChainId => chainId;

    public Epoch Epoch => epoch;

    public EvmAddress Contract => contract;

    public Task<IReadOnlyList<EvmHeader>> HeadersAsync() => Task.FromResult(reads.Headers);

    public Task<IReadOnlyList<EvmLog>> LogsAsync(EvmAddress contract, IReadOnlyList<Hash32> events) =>
        reads.LogsAsync(contract, events);

    public Task<CallResult> CallAsync(EvmCall read, long block) => reads.CallAsync(read, block);

    public Task<CallResult> MetadataAsync(EvmCall read) => reads.MetadataAsync(read);

    public Task<T> SharedAsync<T>(string name, Func<Task<T>> work) => shared.DoAsync(name, work);
}
