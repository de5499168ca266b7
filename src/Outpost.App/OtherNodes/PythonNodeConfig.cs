using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>Translates config.json of allora_offchain_node_py into the native format.</summary>
internal sealed class PythonNodeConfig(SettingsSource source)
{
    private static readonly string[] IdleTopicKeys =
        ["nonce_fetch_freq", "inference_fetch_retries", "inference_fetch_retry_freq"];

    /// <summary>The same in the native format; what is worth saying stands among the source's notes.</summary>
    public JsonElement Translate(JsonElement root)
    {
        var top = new LooseObject(root, "", ignoresCase: false);
        var api = new LooseObject(top["api_params"], "api_params", ignoresCase: false);
        source.WrittenAs("chain.endpoints", "api_params.api_url");
        source.WrittenAs("chain.endpoints[0].lcd", "api_params.api_url");
        source.WrittenAs("key", "seed_phrase");
        source.WrittenAs("key.mnemonic", "seed_phrase");
        source.WrittenAs("lane.gasAdjustment", "gas_adjustment");
        var key = new JsonObject();
        if (top.Text("seed_phrase") is { Length: > 0 } phrase)
        {
            key["mnemonic"] = phrase;
        }

        var endpoints = new JsonArray();
        if (api.Text("api_url") is { Length: > 0 } url)
        {
            endpoints.Add(new JsonObject { ["lcd"] = url });
        }

        var idle = new List<string>(api.Given(["tx_check_retries", "tx_check_freq"]).Select(api.At));
        var native = new JsonObject
        {
            ["chain"] = new JsonObject { ["endpoints"] = endpoints },
            ["key"] = key,
            ["lane"] = new JsonObject { ["gasAdjustment"] = GasAdjustment(top) },
            ["topics"] = Topics(top, idle),
        };
        idle.AddRange(top.Given(["debug"]));
        if (idle.Count > 0)
        {
            source.Note(NoteKind.Ignored, string.Join(", ", idle),
                "not needed here: windows are seen as they open, and retries end with them");
        }

        top.NoteUnknown(source);
        api.NoteUnknown(source);
        return JsonSerializer.SerializeToElement(native);
    }

    private JsonNode? GasAdjustment(LooseObject top)
    {
        // The Python node asks for the key although its own example leaves it out; 1.5 is what it ships with.
        if (LooseNumber.Value(top["gas_adjustment"]) is > 0 || (top["gas_adjustment"] is { } odd && odd.ValueKind
            is not (JsonValueKind.Number or JsonValueKind.String)))
        {
            return LooseNumber.Of(top["gas_adjustment"]);
        }

        source.Note(NoteKind.Default, "lane.gasAdjustment", "1.5, as the Python node ships it");
        return 1.5m;
    }

    private JsonArray Topics(LooseObject top, List<string> idle)
    {
        var topics = new JsonArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (element, i) in top.List("topics").Select((element, i) => (element, i)))
        {
            var topic = new LooseObject(element, $"topics[{i}]", ignoresCase: false);
            idle.AddRange(topic.Given(IdleTopicKeys).Select(topic.At));
            if (topic["topic_id"] is not { } id || topic.Text("inference_url").Length == 0)
            {
                var missing = topic["topic_id"] is null ? "topic_id" : "inference_url";
                source.Note(NoteKind.Warning, topic.At(missing), "is missing, so this topic is left out");
            }
            else if (!seen.Add(id.ToString()))
            {
                source.Note(NoteKind.Warning, topic.At("topic_id"), $"topic {id} is given twice; the first is kept");
            }
            else
            {
                source.WrittenAs($"topics[{topics.Count}].id", topic.At("topic_id"));
                source.WrittenAs($"topics[{topics.Count}].inferer.url", topic.At("inference_url"));
                topics.Add(new JsonObject
                {
                    ["id"] = LooseNumber.Of(id),
                    ["inferer"] = new JsonObject { ["url"] = topic.Text("inference_url") },
                });
            }

            topic.NoteUnknown(source);
        }

        if (topics.Count == 0)
        {
            source.Add(source.File, "topics", "holds nothing that can be served",
                "give each entry a topic_id and an inference_url");
            source.IsHopeless = true;
        }

        return topics;
    }
}
