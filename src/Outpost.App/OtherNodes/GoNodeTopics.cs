using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>Translates worker[] and reputer[] of the Go node: what can be served, and what cannot be served yet.</summary>
internal sealed class GoNodeTopics(SettingsSource source)
{
    /// <summary>The name of the HTTP adapter until autumn 2024, and since.</summary>
    private static readonly string[] Adapters = ["apiAdapter", "api-worker-reputer"];

    private static readonly string[] IdleWorkerKeys = ["loopSeconds", "allowsNegativeValue", "extraData"];

    private readonly JsonArray _topics = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public JsonArray Translate(LooseObject top)
    {
        foreach (var (element, i) in top.List("worker").Select((element, i) => (element, i)))
        {
            AddWorker(new LooseObject(element, $"{top.At("worker")}[{i}]", ignoresCase: true));
        }

        foreach (var (element, i) in top.List("reputer").Select((element, i) => (element, i)))
        {
            var reputer = new LooseObject(element, $"{top.At("reputer")}[{i}]", ignoresCase: true);
            source.Note(NoteKind.Warning, $"{top.At("reputer")}[{i}]",
                $"reputing (topic {reputer["topicId"]?.ToString() ?? "?"}) is not served yet, so this part is left out");
        }

        if (_topics.Count == 0 && source.Problems.Count == 0)
        {
            source.Add(source.File, top.At("worker"), "holds no inference that can be served",
                "give a worker an inferenceEntrypointName \"apiAdapter\" and parameters.InferenceEndpoint");
            source.IsHopeless = true;
        }

        return _topics;
    }

    private void AddWorker(LooseObject worker)
    {
        var topic = worker["topicId"];
        var name = worker.Text("inferenceEntrypointName");
        if (worker.Text("forecastEntrypointName").Length > 0)
        {
            source.Note(NoteKind.Warning, worker.At("forecastEntrypointName"),
                "forecasts are not served yet, so this part is left out");
        }

        var parameters = Parameters(worker);
        NoteKeys(worker);
        if (name.Length == 0)
        {
            source.Note(NoteKind.Ignored, worker.At("inferenceEntrypointName"), "is empty: no inference for this topic");
        }
        else if (!Adapters.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            var token = SettingsSource.Placeholder(name);
            source.Add(source.File, worker.At("inferenceEntrypointName"),
                token is null ? $"\"{name}\" is no known adapter" : $"still holds the placeholder {token}",
                "write \"apiAdapter\"");
        }
        else if (!parameters.ContainsKey("InferenceEndpoint") && parameters.ContainsKey("LabeledInferenceEndpoint"))
        {
            source.Note(NoteKind.Warning, $"{worker.At("parameters")}.LabeledInferenceEndpoint",
                "labeled inferences are not served yet, so this topic is left out");
        }
        else if (topic is not null && !_seen.Add(topic.Value.ToString()))
        {
            source.Note(NoteKind.Warning, worker.At("topicId"),
                $"topic {topic} is given twice; the first is kept, as in the Go node");
        }
        else
        {
            Add(worker, topic, parameters);
        }
    }

    private void Add(LooseObject worker, JsonElement? topic, Dictionary<string, string> parameters)
    {
        var here = $"topics[{_topics.Count}]";
        source.WrittenAs($"{here}.id", worker.At("topicId"));
        source.WrittenAs($"{here}.inferer.url", $"{worker.At("parameters")}.InferenceEndpoint");
        var variables = new JsonObject();
        foreach (var (name, value) in parameters.Where(pair => !pair.Key.EndsWith("Endpoint", StringComparison.Ordinal)))
        {
            variables[name] = value;
            source.WrittenAs($"{here}.inferer.variables.{name}", $"{worker.At("parameters")}.{name}");
        }

        var inferer = new JsonObject { ["variables"] = variables };
        if (parameters.TryGetValue("InferenceEndpoint", out var url))
        {
            inferer["url"] = url;
        }

        _topics.Add(new JsonObject { ["id"] = LooseNumber.Of(topic), ["inferer"] = inferer });
    }

    /// <summary>Names are case-sensitive here, as in a Go map; numbers and flags are taken as their text.</summary>
    private static Dictionary<string, string> Parameters(LooseObject worker)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (worker["parameters"] is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var member in given.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
            {
                parameters[member.Name] = member.Value.ToString();
            }
        }

        return parameters;
    }

    private void NoteKeys(LooseObject worker)
    {
        if (worker.Given(IdleWorkerKeys) is { Count: > 0 } idle)
        {
            source.Note(NoteKind.Ignored, string.Join(", ", idle.Select(worker.At)), "has no meaning any more");
        }

        worker.NoteUnknown(source);
    }
}
