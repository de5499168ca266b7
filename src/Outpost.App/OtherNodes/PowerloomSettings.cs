using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>Translates settings/settings.json of Powerloom's offchain-consensus into the native form.</summary>
internal sealed class PowerloomSettings(SettingsSource source)
{
    private static readonly (string Native, string Written)[] Names =
    [
        ("listen", "consensus_service.host"),
        ("window", "consensus_service.submission_window"),
        ("votesKept", "consensus_service.keys_ttl"),
        ("minSnapshotterCount", "consensus_criteria.min_snapshotter_count"),
        ("percentage", "consensus_criteria.percentage"),
        ("publicRateLimit", "rate_limit"),
        ("historyLength", "chain.epoch.history_length"),
        ("streams[0].chainId", "chain.chain_id"),
        ("streams[0].epochSize", "chain.epoch.height"),
        ("streams[0].headOffset", "chain.epoch.head_offset"),
        ("streams[0].blockTime", "chain.epoch.block_time"),
        ("streams[0].beginBlock", "ticker_begin_block"),
        ("streams[0].requestTimeout", "chain.rpc.request_timeout"),
        ("streams[0].endpoints", "chain.rpc.nodes"),
    ];

    /// <summary>True for a file of the reference: it has a key that only that has; a node has a "chain" too.</summary>
    public static bool Recognises(JsonElement root) => root.EnumerateObject().Any(member => member.Name
        is "consensus_service" or "consensus_criteria" or "ticker_begin_block" or "rate_limit"
        || (member is { Name: "chain", Value.ValueKind: JsonValueKind.Object }
            && member.Value.EnumerateObject().Any(inner => inner.Name is "chain_id" or "rpc" or "epoch")));

    /// <summary>The same in the native form; what is worth saying stands among the source's notes.</summary>
    public JsonElement Translate(JsonElement root)
    {
        foreach (var (path, written) in Names)
        {
            source.WrittenAs(path, written);
        }

        var top = new LooseObject(root, "", ignoresCase: false);
        var service = new LooseObject(top["consensus_service"], "consensus_service", ignoresCase: false);
        var criteria = new LooseObject(top["consensus_criteria"], "consensus_criteria", ignoresCase: false);
        var chain = new LooseObject(top["chain"], "chain", ignoresCase: false);
        var native = new JsonObject
        {
            ["listen"] = Listen(service),
            ["window"] = Seconds(service, "submission_window"),
            ["votesKept"] = Seconds(service, "keys_ttl"),
            ["minSnapshotterCount"] = LooseNumber.Of(criteria["min_snapshotter_count"]),
            ["percentage"] = LooseNumber.Of(criteria["percentage"]),
            ["publicRateLimit"] = AsWritten(top["rate_limit"]),
        };
        native["streams"] = new JsonArray(Stream(chain, top, native));
        var idle = top.Given(["redis", "test_redis"]);
        if (idle.Count > 0)
        {
            source.Note(NoteKind.Ignored, string.Join(", ", idle), "not needed here: everything is in one store");
        }

        foreach (var one in new[] { top, service, criteria, chain })
        {
            one.NoteUnknown(source);
        }

        return JsonSerializer.SerializeToElement(native);
    }

    private JsonObject Stream(LooseObject chain, LooseObject top, JsonObject native)
    {
        var rpc = new LooseObject(chain["rpc"], "chain.rpc", ignoresCase: false);
        var epoch = new LooseObject(chain["epoch"], "chain.epoch", ignoresCase: false);
        native["historyLength"] = LooseNumber.Of(epoch["history_length"]);
        var stream = new JsonObject
        {
            ["chainId"] = LooseNumber.Of(chain["chain_id"]),
            ["epochSize"] = LooseNumber.Of(epoch["height"]),
            ["headOffset"] = LooseNumber.Of(epoch["head_offset"]),
            ["blockTime"] = Seconds(epoch, "block_time"),
            ["beginBlock"] = LooseNumber.Of(top["ticker_begin_block"]),
            ["requestTimeout"] = Seconds(rpc, "request_timeout"),
        };
        if (rpc["retry"] is not null)
        {
            source.Note(NoteKind.Ignored, rpc.At("retry"),
                "not needed here: an endpoint that fails is left for the next at once, and asked again later");
        }

        var urls = Urls(rpc);
        if (urls.Count > 0)
        {
            stream["endpoints"] = urls;
        }

        rpc.NoteUnknown(source);
        epoch.NoteUnknown(source);
        return stream;
    }

    private JsonArray Urls(LooseObject rpc)
    {
        var urls = new JsonArray();
        foreach (var (element, i) in rpc.List("nodes").Select((element, i) => (element, i)))
        {
            var node = new LooseObject(element, $"chain.rpc.nodes[{i}]", ignoresCase: false);
            if (node.Text("url") is { Length: > 0 } url)
            {
                urls.Add(url);
            }
            else
            {
                source.Note(NoteKind.Warning, node.At("url"), "is missing, so this endpoint is left out");
            }

            node.NoteUnknown(source);
        }

        return urls;
    }

    private static JsonNode? Listen(LooseObject service)
    {
        var (host, port) = (service.Text("host"), service["port"]);
        if (host.Length == 0 && port is null)
        {
            return null;
        }

        return $"{(host.Length == 0 ? "0.0.0.0" : host)}:{port?.ToString() ?? "9030"}";
    }

    /// <summary>A number of seconds as a duration; what is none is left for the reader to refuse.</summary>
    private static JsonNode? Seconds(LooseObject section, string name) => section[name] is not { } element ? null
        : LooseNumber.Value(element) is { } seconds
        ? FormattableString.Invariant($"{seconds:0.######}s")
        : AsWritten(element);

    private static JsonNode? AsWritten(JsonElement? element) =>
        element is { } given ? JsonNode.Parse(given.GetRawText()) : null;
}
