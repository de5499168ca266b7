using System.Text.Json;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>
/// Reads the objects that nodes answer with; what is no such object is a <see cref="FormatException"/>.
/// </summary>
internal static class EvmJson
{
    private const int MaxTopics = 4;

    public static EvmHeader Header(JsonElement block) => new(
        EvmHex.Long(block.GetProperty("number")),
        EvmHex.Hash(block.GetProperty("hash")),
        EvmHex.Hash(block.GetProperty("parentHash")),
        EvmHex.Long(block.GetProperty("timestamp")));

    public static EvmLog Log(JsonElement log)
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
