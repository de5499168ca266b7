using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Outpost.Devnet.Evm;

/// <summary>The methods of one node, by the execution API of Ethereum. Errors are thrown.</summary>
internal sealed class EvmMethods(EvmView view, IContracts contracts, EvmNodeTerms terms, long chainId)
{
    private static readonly string NoHash = "0x" + new string('0', 64);

    // Every bit is set: any log may be in the block, so that who asks the filter first misses none.
    private static readonly string AnyBloom = "0x" + new string('f', 512);

    public JsonNode? Call(string method, JsonElement parameters) => method switch
    {
        "eth_chainId" => Hex(terms.ChainId ?? chainId),
        "eth_blockNumber" => Hex(view.Head.Number),
        "eth_syncing" => terms.IsSyncing ? new JsonObject { ["currentBlock"] = Hex(view.Head.Number) } : false,
        "eth_getBlockByNumber" => Block(Named(parameters[0]), IsFull(parameters)),
        "eth_getBlockByHash" => Block(Told(view.Block(Text(parameters[0]))), IsFull(parameters)),
        "eth_getLogs" => Logs(parameters[0]),
        "eth_call" => Called(parameters[0], parameters[1]),
        _ => throw EvmFault.Unknown(method),
    };

    /// <summary>As a subscription tells of blocks: without their transactions.</summary>
    public static JsonObject Head(EvmBlock block) => new()
    {
        ["number"] = Hex(block.Number),
        ["hash"] = block.Hash,
        ["parentHash"] = block.ParentHash,
        ["timestamp"] = Hex(block.Timestamp),
        ["miner"] = EvmContracts.AddressOf(0),
        ["difficulty"] = "0x0",
        ["nonce"] = "0x0000000000000000",
        ["extraData"] = "0x",
        ["gasLimit"] = Hex(30_000_000),
        ["gasUsed"] = "0x0",
        ["baseFeePerGas"] = Hex(1_000_000_000),
        ["size"] = "0x0",
        ["logsBloom"] = AnyBloom,
        ["mixHash"] = NoHash,
        ["receiptsRoot"] = NoHash,
        ["sha3Uncles"] = NoHash,
        ["stateRoot"] = NoHash,
        ["transactionsRoot"] = NoHash,
    };

    private static bool IsFull(JsonElement parameters) =>
        parameters.GetArrayLength() > 1 && parameters[1].ValueKind is JsonValueKind.True;

    /// <summary>With its transactions or their hashes; null: there is none.</summary>
    private JsonObject? Block(EvmBlock? block, bool isFull)
    {
        if (block is null || terms.HasNoHeaders)
        {
            return null;
        }

        var shown = Head(block);
        var count = contracts.TransactionsOf(block);
        shown["transactions"] = new JsonArray(
        [
            .. Enumerable.Range(0, count).Select(index =>
                isFull ? Transaction(block, index) : (JsonNode)block.TransactionHash(index)),
        ]);
        return shown;
    }

    /// <summary>Only where it stands is told of a transaction; nobody signed it.</summary>
    private static JsonObject Transaction(EvmBlock block, int index) => new()
    {
        ["hash"] = block.TransactionHash(index),
        ["blockHash"] = block.Hash,
        ["blockNumber"] = Hex(block.Number),
        ["transactionIndex"] = Hex(index),
        ["type"] = "0x0",
        ["from"] = EvmContracts.AddressOf(0),
        ["to"] = EvmContracts.AddressOf(0),
        ["nonce"] = "0x0",
        ["value"] = "0x0",
        ["gas"] = "0x0",
        ["gasPrice"] = "0x0",
        ["input"] = "0x",
        ["v"] = "0x1b",
        ["r"] = "0x1",
        ["s"] = "0x1",
    };

    private static string Hex(long number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);

    private static string Text(JsonElement element) => element.ValueKind is JsonValueKind.String
        ? element.GetString()!.ToLowerInvariant()
        : throw EvmFault.Parameters("a text is wanted");

    /// <summary>The block from which is answered what is asked of this one.</summary>
    private EvmBlock? Told(EvmBlock? block) => terms.AnswersFromBlockBefore ? block?.Parent ?? block : block;

    private EvmBlock? Named(JsonElement name)
    {
        if (name.ValueKind is JsonValueKind.Object)
        {
            return Told(name.TryGetProperty("blockHash", out var hash)
                ? view.Block(Text(hash))
                : view.Block(Number(Text(name.GetProperty("blockNumber")))));
        }

        return Told(Text(name) switch
        {
            "latest" or "pending" => view.Head,
            // As after the merge: an epoch of 32 slots is safe after one more, and final after two.
            "safe" => view.Block(Math.Max(0, view.Head.Number - 32)),
            "finalized" => view.Block(Math.Max(0, view.Head.Number - 64)),
            "earliest" => view.Block(0),
            var text => view.Block(Number(text)),
        });
    }

    private static long Number(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
        && long.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw EvmFault.Parameters($"{text} is no block");

    private JsonArray Logs(JsonElement filter)
    {
        var addresses = filter.TryGetProperty("address", out var wanted) ? Choice(wanted) : null;
        var topics = filter.TryGetProperty("topics", out var choices)
            ? choices.EnumerateArray().Select(Choice).ToArray() : [];
        var found = new JsonArray();
        foreach (var block in Searched(filter))
        {
            foreach (var (index, log) in contracts.LogsOf(block).Index())
            {
                if (addresses?.Contains(log.Address) != false && Fits(log, topics))
                {
                    found.Add((JsonNode)Shown(block, log, index));
                }
            }

            if (found.Count > terms.MostLogs)
            {
                throw EvmFault.TooManyLogs(terms.MostLogs.Value);
            }
        }

        return terms.HasNoLogs ? [] : terms.HasFalseLogs ? Falsified(found) : found;
    }

    /// <summary>One of them is given another last digit in its first word.</summary>
    private static JsonArray Falsified(JsonArray logs)
    {
        if (logs.Count > 0 && logs[logs.Count / 2] is { } log
            && log["data"]!.GetValue<string>() is { Length: >= 66 } data)
        {
            log["data"] = data[..65] + (data[65] == '7' ? '1' : '7') + data[66..];
        }

        return logs;
    }

    /// <summary>As geth does it: what is beyond the head is silently empty.</summary>
    private IEnumerable<EvmBlock> Searched(JsonElement filter)
    {
        if (filter.TryGetProperty("blockHash", out var hash))
        {
            return [view.Block(Text(hash)) ?? throw EvmFault.NoHeader()];
        }

        var from = Bound(filter, "fromBlock");
        var to = Bound(filter, "toBlock");
        return terms.MostLogBlocks is { } most && to - from + 1 > most
            ? throw EvmFault.RangeTooWide(most)
            : Blocks(from, to);
    }

    private IEnumerable<EvmBlock> Blocks(long from, long to)
    {
        for (var number = from; number <= to && view.Block(number) is { } block; number++)
        {
            yield return block;
        }
    }

    private long Bound(JsonElement filter, string name)
    {
        if (!filter.TryGetProperty(name, out var bound))
        {
            return view.Head.Number;
        }

        var text = Text(bound);
        return text.StartsWith("0x", StringComparison.Ordinal) ? Number(text) : Named(bound)!.Number;
    }

    private static HashSet<string>? Choice(JsonElement choice) => choice.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => [Text(choice)],
        _ => choice.EnumerateArray().Select(Text).ToHashSet(StringComparer.Ordinal),
    };

    private static bool Fits(ChainLog log, HashSet<string>?[] topics) =>
        topics.Length <= log.Topics.Count
        && topics.Index().All(one => one.Item?.Contains(log.Topics[one.Index]) != false);

    private static JsonObject Shown(EvmBlock block, ChainLog log, int index) => new()
    {
        ["address"] = log.Address,
        ["topics"] = new JsonArray([.. log.Topics.Select(topic => (JsonNode)topic)]),
        ["data"] = "0x" + log.Data,
        ["blockNumber"] = Hex(block.Number),
        ["blockHash"] = block.Hash,
        ["transactionHash"] = block.TransactionHash(log.Transaction),
        ["transactionIndex"] = Hex(log.Transaction),
        ["logIndex"] = Hex(index),
        ["removed"] = false,
    };

    private JsonNode Called(JsonElement call, JsonElement at)
    {
        var block = Named(at) ?? throw EvmFault.NoHeader();
        if (terms.StateBlocks is { } kept && block.Number <= view.Head.Number - kept)
        {
            throw EvmFault.Pruned(block.Number);
        }

        var input = call.TryGetProperty("data", out var data) ? data : call.GetProperty("input");
        var end = contracts.Call(Text(call.GetProperty("to")), Text(input)[2..], block);
        return end.IsReverted ? throw EvmFault.Reverted(end.Data) : (JsonNode)("0x" + end.Data);
    }
}
