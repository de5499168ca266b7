namespace Outpost.Sdk.Evm;

/// <summary>One event that a contract emitted.</summary>
/// <param name="Topics">The first is the event's own, where it is not anonymous; four at most.</param>
/// <param name="Index">Its place among all logs of the block, from 0.</param>
public sealed record EvmLog(
    EvmAddress Address, IReadOnlyList<Hash32> Topics, ReadOnlyMemory<byte> Data, long BlockNumber, Hash32 BlockHash,
    Hash32 TransactionHash, int TransactionIndex, int Index);
