using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Queries;

namespace Outpost.Devnet.Rpc;

/// <summary>One thing that subscribers may hear of; made only when one does, and once for all of them.</summary>
internal sealed class Publication(
    string kind, Func<Dictionary<string, List<string>>> tags, Action<Utf8JsonWriter> writeValue)
{
    private readonly Lazy<Dictionary<string, List<string>>> _tags = new(tags);
    private byte[]? _body;

    public bool Matches(EventQuery query) =>
        (query.Kind is null || query.Kind == kind) && (query.IsKindOnly || query.Matches(_tags.Value));

    /// <summary>The JSON-RPC notification for a subscription whose message begins like this.</summary>
    /// <param name="head">Everything up to the data: id and query of the subscription.</param>
    public byte[] Envelope(ReadOnlySpan<byte> head)
    {
        _body ??= Body();
        return [.. head, .. _body, .. "}"u8];
    }

    /// <summary>How every notification of a subscription begins.</summary>
    public static byte[] Head(string idJson, string query) => System.Text.Encoding.UTF8.GetBytes(
        $"{{\"jsonrpc\":\"2.0\",\"id\":{idJson},\"result\":{{\"query\":{JsonValue.Create(query).ToJsonString()},");

    /// <summary>What a block gives, in CometBFT's order.</summary>
    public static IReadOnlyList<Publication> Of(Block block, DevnetOptions options)
    {
        List<Publication> result =
        [
            new("NewBlock", () => EventTags.Of("NewBlock", block.Events), json => new JsonObject
            {
                ["block"] = CometJson.Block(block, options),
                ["block_id"] = CometJson.BlockId(block.Hash),
                ["result_finalize_block"] = Finalized(block),
            }.WriteTo(json)),
            new("NewBlockHeader", () => EventTags.Of("NewBlockHeader", []), json => new JsonObject
            {
                ["header"] = CometJson.Header(block, options),
            }.WriteTo(json)),
            new("NewBlockEvents", () => EventTags.Of("NewBlockEvents", block.Events), json => WriteEvents(json, block)),
        ];
        result.AddRange(block.Transactions.Select(item => new Publication(
            "Tx", () => EventTags.OfTransaction(item),
            json => new JsonObject { ["TxResult"] = TxForm(item) }.WriteTo(json))));
        return result;
    }

    private byte[] Body()
    {
        using var buffer = new MemoryStream(1_024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("type", $"tendermint/event/{kind}");
            json.WritePropertyName("value");
            writeValue(json);
            json.WriteEndObject();
            json.WriteStartObject("events");
            foreach (var (key, values) in _tags.Value)
            {
                json.WriteStartArray(key);
                foreach (var value in values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        // The members go into the result that the head has opened.
        return buffer.GetBuffer().AsSpan(1, (int)buffer.Length - 1).ToArray();
    }

    /// <summary>Every node listens to these, so they are written without a tree.</summary>
    private static void WriteEvents(Utf8JsonWriter json, Block block)
    {
        json.WriteStartObject();
        json.WriteString("height", block.Height.ToString(CultureInfo.InvariantCulture));
        json.WriteStartArray("events");
        foreach (var item in block.Events)
        {
            Write(json, item);
        }

        json.WriteEndArray();
        json.WriteString("num_txs", block.Transactions.Count.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Event item)
    {
        json.WriteStartObject();
        json.WriteString("type", item.Type);
        json.WriteStartArray("attributes");
        foreach (var attribute in item.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", attribute.Key);
            json.WriteString("value", attribute.Value);
            json.WriteBoolean("index", attribute.Index);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
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
