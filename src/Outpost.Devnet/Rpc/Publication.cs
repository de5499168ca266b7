using System.Text.Json.Nodes;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Queries;

namespace Outpost.Devnet.Rpc;

/// <summary>One thing that subscribers may hear of, rendered once for all of them.</summary>
internal sealed class Publication(string kind, Dictionary<string, List<string>> tags, Func<JsonObject> value)
{
    private readonly Lazy<string> _tail = new(() => Tail(kind, tags, value));

    public IReadOnlyDictionary<string, List<string>> Tags => tags;

    /// <summary>The JSON-RPC notification for a subscription with this id and query.</summary>
    public string Envelope(string idJson, string query) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":{idJson},\"result\":{{"
        + $"\"query\":{JsonValue.Create(query).ToJsonString()},{_tail.Value}}}}}";

    /// <summary>What a block gives, in CometBFT's order.</summary>
    public static IReadOnlyList<Publication> Of(Block block, DevnetOptions options)
    {
        var blockTags = EventTags.Of("NewBlock", block.Events);
        var result = new List<Publication>
        {
            new("NewBlock", blockTags, () => new JsonObject
            {
                ["block"] = CometJson.Block(block, options),
                ["block_id"] = CometJson.BlockId(block.Hash),
                ["result_finalize_block"] = Finalized(block),
            }),
            new("NewBlockHeader", EventTags.Of("NewBlockHeader", []), () => new JsonObject
            {
                ["header"] = CometJson.Header(block, options),
            }),
            new("NewBlockEvents", EventTags.Of("NewBlockEvents", block.Events), () => new JsonObject
            {
                ["height"] = CometJson.Number(block.Height),
                ["events"] = CometJson.Events(block.Events),
                ["num_txs"] = CometJson.Number(block.Transactions.Count),
            }),
        };
        result.AddRange(block.Transactions.Select(item => new Publication(
            "Tx", EventTags.OfTransaction(item), () => new JsonObject { ["TxResult"] = TxForm(item) })));
        return result;
    }

    private static string Tail(string kind, Dictionary<string, List<string>> tags, Func<JsonObject> value)
    {
        var data = new JsonObject { ["type"] = $"tendermint/event/{kind}", ["value"] = value() };
        var events = new JsonObject();
        foreach (var (key, values) in tags)
        {
            events[key] = new JsonArray([.. values.Select(item => (JsonNode)item)]);
        }

        return $"\"data\":{data.ToJsonString()},\"events\":{events.ToJsonString()}";
    }

    private static JsonObject Finalized(Block block) => new()
    {
        ["events"] = CometJson.Events(block.Events),
        ["tx_results"] = new JsonArray(
            [.. block.Transactions.Select(item => (JsonNode)CometJson.ExecResult(item.Result))]),
        ["validator_updates"] = new JsonArray(),
        ["consensus_param_updates"] = null,
        ["app_hash"] = Convert.ToBase64String(block.AppHash),
    };

    /// <summary>An abci TxResult leaves out an index of 0.</summary>
    private static JsonObject TxForm(DeliveredTx item)
    {
        var form = new JsonObject { ["height"] = CometJson.Number(item.Height) };
        if (item.Index > 0)
        {
            form["index"] = item.Index;
        }

        form["tx"] = Convert.ToBase64String(item.Bytes);
        form["result"] = CometJson.ExecResult(item.Result);
        return form;
    }
}
