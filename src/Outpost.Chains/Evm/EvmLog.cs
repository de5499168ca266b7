using System.Text.Json;

namespace Outpost.Chains.Evm;

/// <summary>One event that a contract emitted.</summary>
/// <param name="Topics">The first is the event's own, where it is not anonymous; four at most.</param>
/// <param name="Index">Its place among all logs of the block, from 0.</param>
public sealed record EvmLog(
    EvmAddress Address, IReadOnlyList<Hash32> Topics, ReadOnlyMemory<byte> Data, long BlockNumber, Hash32 BlockHash,
    Hash32 TransactionHash, int TransactionIndex, int Index)
{
    private const int MaxTopics = 4;

    internal static EvmLog Read(JsonElement log)
    {
        if (log.TryGetProperty("removed", out var removed) && removed.GetBoolean())
        {
            throw new FormatException("A log of a block that the chain has left is no answer.");
        }

        var topics = log.GetProperty("topics");
        if (topics.GetArrayLength() > MaxTopics)
        {
            throw new FormatException($"A log has {MaxTopics} topics at most.");
        }

        return new EvmLog(
            EvmHex.Address(log.GetProperty("address")),
            [.. topics.EnumerateArray().Select(EvmHex.Hash)],
            EvmHex.Bytes(log.GetProperty("data")),
            EvmHex.Long(log.GetProperty("blockNumber")),
            EvmHex.Hash(log.GetProperty("blockHash")),
            EvmHex.Hash(log.GetProperty("transactionHash")),
            checked((int)EvmHex.Long(log.GetProperty("transactionIndex"))),
            checked((int)EvmHex.Long(log.GetProperty("logIndex"))));
    }
}
