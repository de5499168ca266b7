using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Outpost.Devnet.Evm;

/// <summary>The methods of one node, by the execution API of Ethereum. Errors are thrown.</summary>
internal sealed class EvmMethods(EvmView view, EvmContracts contracts, EvmNodeTerms terms, long chainId)
{
    public JsonNode? Call(string method, JsonElement parameters) => method switch
    {
        "eth_chainId" => Hex(terms.ChainId ?? chainId),
        "eth_blockNumber" => Hex(view.Head.Number),
        "eth_syncing" => terms.IsSyncing ? new JsonObject { ["currentBlock"] = Hex(view.Head.Number) } : false,
        "eth_getBlockByNumber" => Header(Named(parameters[0])),
        "eth_getBlockByHash" => Header(view.Block(Text(parameters[0]))),
        "eth_getLogs" => Logs(parameters[0]),
        "eth_call" => Called(parameters[0], parameters[1]),
        _ => throw EvmFault.Unknown(method),
    };

    /// <summary>As blocks are shown, without their transactions; null: there is none.</summary>
    public static JsonObject? Header(EvmBlock? block) => block is null ? null : new JsonObject
    {
        ["number"] = Hex(block.Number),
        ["hash"] = block.Hash,
        ["parentHash"] = block.ParentHash,
        ["timestamp"] = Hex(block.Timestamp),
        ["miner"] = EvmContracts.AddressOf(0),
        ["gasLimit"] = Hex(30_000_000),
        ["transactions"] = new JsonArray(),
    };

    private static string Hex(long number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);

    private static string Text(JsonElement element) => element.ValueKind is JsonValueKind.String
        ? element.GetString()!.ToLowerInvariant()
        : throw EvmFault.Parameters("a text is wanted");

    private EvmBlock? Named(JsonElement name)
    {
        if (name.ValueKind is JsonValueKind.Object)
        {
            return view.Block(Text(name.GetProperty("blockHash")));
        }

        return Text(name) switch
        {
            "latest" or "pending" => view.Head,
            // As after the merge: an epoch of 32 slots is safe after one more, and final after two.
            "safe" => view.Block(Math.Max(0, view.Head.Number - 32)),
            "finalized" => view.Block(Math.Max(0, view.Head.Number - 64)),
            "earliest" => view.Block(0),
            var text => view.Block(Number(text)),
        };
    }

    private static long Number(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
        && long.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw EvmFault.Parameters($"{text} is no block");

    private JsonArray Logs(JsonElement filter)
    {
        var from = Number(Text(filter.GetProperty("fromBlock")));
        var to = Number(Text(filter.GetProperty("toBlock")));
        if (terms.MostLogBlocks is { } most && to - from + 1 > most)
        {
            throw EvmFault.RangeTooWide(most);
        }

        var addresses = filter.TryGetProperty("address", out var wanted)
            ? wanted.EnumerateArray().Select(Text).ToHashSet(StringComparer.Ordinal) : null;
        var topics = filter.TryGetProperty("topics", out var choices)
            ? choices.EnumerateArray().Select(Choice).ToArray() : [];
        var found = new JsonArray();
        for (var number = from; number <= to; number++)
        {
            // As geth does: what is beyond the head is silently empty.
            if (view.Block(number) is not { } block)
            {
                break;
            }

            foreach (var (index, log) in contracts.LogsOf(block).Index())
            {
                if (addresses?.Contains(log.Address) != false && Fits(log, topics))
                {
                    found.Add(Shown(block, log, index));
                }
            }

            if (found.Count > terms.MostLogs)
            {
                throw EvmFault.TooManyLogs(terms.MostLogs.Value);
            }
        }

        return found;
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
        ["data"] = log.Data,
        ["blockNumber"] = Hex(block.Number),
        ["blockHash"] = block.Hash,
        ["transactionHash"] = block.Hash[..^2] + "00",
        ["transactionIndex"] = "0x0",
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

        var result = contracts.Call(Text(call.GetProperty("to")), Text(call.GetProperty("data"))[2..], block);
        return "0x" + (result ?? throw EvmFault.Reverted());
    }
}
