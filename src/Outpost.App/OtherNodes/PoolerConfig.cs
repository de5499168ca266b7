using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>
/// Translates settings.json of Powerloom's Pooler, and the projects.json that it names, into the native section
/// "snapshots".
/// </summary>
/// <param name="folder">The folder of settings.json; paths in it start there or in one of the folders above.</param>
internal sealed class PoolerConfig(SettingsSource source, string folder)
{
    private const int MostFoldersAbove = 3;
    private const long MaxBytes = 4 * 1024 * 1024;

    // What a class of Pooler's computes, by its name, the module being one of several over the years.
    private static readonly Dictionary<string, string> Processors = new(StringComparer.Ordinal)
    {
        ["PairTotalReservesProcessor"] = "Outpost.Uniswap.PairTotalReserves",
        ["TradeVolumeProcessor"] = "Outpost.Uniswap.PairTradeVolume",
    };

    // Of aggregates the class is one for several, and the module's last name says which.
    private static readonly Dictionary<string, string> Aggregates = new(StringComparer.Ordinal)
    {
        ["single_uniswap_trade_volume_24h"] = "Outpost.Uniswap.Aggregates.TradeVolume24h",
        ["single_uniswap_trade_volume_7d"] = "Outpost.Uniswap.Aggregates.TradeVolume7d",
        ["multi_uniswap_top_pairs_24h"] = "Outpost.Uniswap.Aggregates.TopPairs24h",
        ["multi_uniswap_top_pairs_7d"] = "Outpost.Uniswap.Aggregates.TopPairs7d",
        ["multi_uniswap_top_tokens"] = "Outpost.Uniswap.Aggregates.TopTokens24h",
        ["multi_uniswap_stats"] = "Outpost.Uniswap.Aggregates.Stats24h",
    };

    private static readonly string[] Unneeded =
    [
        "rabbitmq", "redis", "redis_reader", "rlimit", "timeouts", "logs", "logs_prune_time", "core_api", "ipfs_url",
        "ipfs", "audit_protocol_engine", "issue_report_url", "webhook_listener", "env", "pair_contract_abi",
        "num_callback_workers", "callback_worker_config", "event_contract", "reporting", "web3storage",
        "preloader_config_path", "protocol_state", "anchor_chain_rpc", "httpx",
    ];

    private static readonly (string Native, string Written)[] Names =
    [
        ("snapshots.namespace", "namespace"),
        ("snapshots.chainId", "chain_id"),
        ("snapshots.instanceId", "instance_id"),
        ("snapshots.requestTimeout", "rpc.request_time_out"),
        ("snapshots.endpoints", "rpc.full_nodes"),
        ("snapshots.epochSize", "epoch.height"),
        ("snapshots.headOffset", "epoch.head_offset"),
        ("snapshots.consensus", "consensus.url"),
        ("snapshots.epochPath", "consensus.epoch_tracker_path"),
        ("snapshots.pollInterval", "consensus.polling_interval"),
        ("snapshots.projects", "projects_config_path"),
    ];

    /// <summary>True for a file of Pooler's: it has a key that only that has.</summary>
    public static bool Recognises(JsonElement root) => root.EnumerateObject().Any(member =>
        member.Name is "projects_config_path" or "audit_protocol_engine" or "callback_worker_config");

    /// <summary>The same in the native form; what is worth saying stands among the source's notes.</summary>
    public JsonElement Translate(JsonElement root)
    {
        foreach (var (path, written) in Names)
        {
            source.WrittenAs(path, written);
        }

        var top = new LooseObject(root, "", ignoresCase: false);
        var rpc = new LooseObject(top["rpc"], "rpc", ignoresCase: false);
        var epoch = new LooseObject(top["epoch"], "epoch", ignoresCase: false);
        var consensus = new LooseObject(top["consensus"], "consensus", ignoresCase: false);
        var native = new JsonObject
        {
            ["namespace"] = Given(top["namespace"]),
            ["chainId"] = LooseNumber.Of(top["chain_id"]),
            ["instanceId"] = Given(top["instance_id"]),
            ["requestTimeout"] = Seconds(rpc["request_time_out"]),
            ["epochSize"] = LooseNumber.Of(epoch["height"]),
            ["headOffset"] = LooseNumber.Of(epoch["head_offset"]),
            ["consensus"] = Given(consensus["url"]),
            ["epochPath"] = Given(consensus["epoch_tracker_path"]),
            ["pollInterval"] = Seconds(consensus["polling_interval"]),
            ["endpoints"] = Endpoints(rpc),
            ["blockTime"] = Seconds(epoch["block_time"]),
            ["projects"] = Entries("projects_config_path", top.Text("projects_config_path"), Project),
        };
        if (top.Text("aggregator_config_path") is { Length: > 0 } aggregates)
        {
            native["aggregates"] = Entries("aggregator_config_path", aggregates, Aggregate);
        }

        foreach (var (section, names) in new (LooseObject, string[])[]
        {
            (top, Unneeded),
            (rpc, ["retry", "force_archive_blocks", "skip_epoch_threshold_blocks", "polling_interval",
                "connection_limits", "semaphore_value"]),
            (consensus, ["fall_behind_reset_num_blocks", "sleep_secs_between_chunks"]),
        })
        {
            var idle = section.Given(names);
            if (idle.Count > 0)
            {
                source.Note(NoteKind.Ignored, string.Join(", ", idle.Select(section.At)), "not needed here");
            }

            section.NoteUnknown(source);
        }

        epoch.NoteUnknown(source);
        return JsonSerializer.SerializeToElement(new JsonObject { ["snapshots"] = native });
    }

    /// <summary>Full nodes first, archive nodes behind them.</summary>
    private JsonArray Endpoints(LooseObject rpc)
    {
        var endpoints = new JsonArray();
        foreach (var name in new[] { "full_nodes", "archive_nodes" })
        {
            foreach (var (i, element) in rpc.List(name).Index())
            {
                var node = new LooseObject(element, $"rpc.{name}[{i}]", ignoresCase: false);
                source.WrittenAs($"snapshots.endpoints[{endpoints.Count}].url", node.At("url"));
                source.WrittenAs($"snapshots.endpoints[{endpoints.Count}].rateLimit", node.At("rate_limit"));
                var limit = node["rate_limit"];
                var asObject = new LooseObject(limit, node.At("rate_limit"), ignoresCase: false);
                endpoints.Add(new JsonObject
                {
                    ["url"] = Given(node["url"]),
                    ["rateLimit"] = limit is { ValueKind: JsonValueKind.String } ? Given(limit) : null,
                    ["requestsPerSecond"] = LooseNumber.Of(asObject["requests_per_second"]),
                });
                node.NoteUnknown(source);
            }
        }

        return endpoints;
    }

    /// <summary>What the list "config" of another file holds.</summary>
    private JsonArray Entries(string key, string path, Func<LooseObject, JsonObject> translate)
    {
        var native = new JsonArray();
        if (path.Length == 0 || Find(path) is not { } file)
        {
            source.Problem(key,
                path.Length == 0 ? "is missing" : $"there is no file {path} in {folder} and the folders above it",
                "write the file's path, from the folder of settings.json");
            return native;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), SettingsFile.JsonOptions);
            var config = new LooseObject(document.RootElement, Path.GetFileName(file), ignoresCase: false);
            foreach (var (i, element) in config.List("config").Index())
            {
                native.Add(translate(new LooseObject(element, config.At($"config[{i}]"), ignoresCase: false)));
            }
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            source.Problem(key, $"{file} cannot be read ({problem.Message})", "mend that file");
        }

        return native;
    }

    private JsonObject Project(LooseObject entry)
    {
        var workers = entry.List("workers");
        var processor = new LooseObject(
            entry["processor"] ?? (workers.Count > 0 ? workers[0] : null), entry.At("processor"), ignoresCase: false);
        var (module, name) = (processor.Text("module"), processor.Text("class_name"));
        if (!Processors.TryGetValue(name, out var type))
        {
            source.Problem(processor.At("class_name"), $"{module} {name} is no processor that comes with Outpost",
                "write it as a class that implements ISnapshotProcessor, and name it in Outpost's own form "
                + "(docs/snapshots.md)");
        }

        return new JsonObject
        {
            ["type"] = Given(entry["project_type"]),
            ["module"] = "Outpost.Uniswap",
            ["class"] = type,
            ["contracts"] = new JsonArray([.. entry.List("projects").Select(Contract).OfType<JsonNode>()]),
        };
    }

    private JsonObject Aggregate(LooseObject entry)
    {
        var processor = new LooseObject(entry["processor"], entry.At("processor"), ignoresCase: false);
        var module = processor.Text("module");
        if (!Aggregates.TryGetValue(module[(module.LastIndexOf('.') + 1)..], out var type))
        {
            source.Problem(processor.At("module"), $"{module} is no aggregate that comes with Outpost",
                "write it as a class that implements IAggregateProcessor, and name it in Outpost's own form "
                + "(docs/snapshots.md)");
        }

        var filters = new LooseObject(entry["filters"], entry.At("filters"), ignoresCase: false);
        var isSingle = entry.Text("aggregate_on") == "SingleProject";
        return new JsonObject
        {
            ["type"] = Given(entry["project_type"]),
            ["module"] = "Outpost.Uniswap",
            ["class"] = type,
            ["each"] = isSingle ? Given(filters["projectId"]) : null,
            // Later versions put colons between the parts of an id; here ids are as of the first.
            ["of"] = isSingle ? null : new JsonArray([.. entry.List("projects_to_wait_for")
                .Select(id => (JsonNode)id.ToString().Replace(':', '_'))]),
        };
    }

    /// <summary>An address, or an object with one and a switch; null where it is switched off.</summary>
    private static JsonNode? Contract(JsonElement element) => element.ValueKind is not JsonValueKind.Object
        ? Given(element)
        : element.TryGetProperty("enabled", out var enabled) && enabled.ValueKind is JsonValueKind.False ? null
        : element.TryGetProperty("contract", out var contract) ? Given(contract) : null;

    private string? Find(string path)
    {
        for (var (at, above) = (folder, 0); at is not null && above <= MostFoldersAbove; above++)
        {
            var file = Path.GetFullPath(path, at);
            if (File.Exists(file) && new FileInfo(file).Length <= MaxBytes)
            {
                return file;
            }

            at = Path.GetDirectoryName(at);
        }

        return null;
    }

    private static JsonNode? Seconds(JsonElement? element) => element is not { } given ? null
        : LooseNumber.Value(element) is { } seconds
        ? FormattableString.Invariant($"{seconds:0.######}s")
        : JsonNode.Parse(given.GetRawText());

    private static JsonNode? Given(JsonElement? element) =>
        element is { } given ? JsonNode.Parse(given.GetRawText()) : null;
}
