using Outpost.Chains.Evm;
using Outpost.Sdk.Evm;

namespace Outpost.Node.Snapshots;

/// <summary>The chain as its nodes show it.</summary>
public sealed class LiveChain(EvmClient client) : ISourceChain
{
    public long ChainId => client.ChainId;

    public Task<IReadOnlyList<EvmHeader>> HeadersAsync(long first, long last, CancellationToken cancellationToken) =>
        client.HeadersAsync(first, last, cancellationToken);

    public Task<IReadOnlyList<EvmLog>> LogsAsync(
        LogFilter filter, IReadOnlyList<EvmHeader> blocks, CancellationToken cancellationToken) =>
        client.LogsAsync(filter, blocks, cancellationToken);

    public Task<IReadOnlyList<CallResult>> CallsAsync(
        IReadOnlyList<(EvmCall Call, EvmHeader Block)> calls, CancellationToken cancellationToken) =>
        client.CallAllAsync([.. calls.Select(one => (one.Call, BlockId.Of(one.Block)))], cancellationToken);
}
