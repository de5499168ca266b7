using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>Translates worker[] and reputer[] of the Go node; those of one topic become one topic.</summary>
internal sealed class GoNodeTopics(SettingsSource source)
{
    private static readonly string[] IdleKeys = ["loopSeconds", "allowsNegativeValue", "extraData"];

    private readonly GoAdapters _adapters = new(source);
    private readonly JsonArray _topics = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public JsonArray Translate(LooseObject top)
    {
        Each(top, "worker", AddWorker);
        Each(top, "reputer", AddReputer);

        if (_topics.Count == 0 && source.Problems.Count == 0)
        {
            source.Add(source.File, $"{top.At("worker")}, {top.At("reputer")}", "hold nothing that can be served",
                "give a worker an inferenceEntrypointName \"apiAdapter\" and parameters.InferenceEndpoint, or a "
                + "reputer a groundTruthEntrypointName and groundTruthParameters.GroundTruthEndpoint");
            source.IsHopeless = true;
        }

        return _topics;
    }

    private void Each(LooseObject top, string list, Action<LooseObject> add)
    {
        if (top[list] is { ValueKind: not JsonValueKind.Array })
        {
            source.Note(NoteKind.Warning, top.At(list), "is no list, and nothing of it is served");
        }

        foreach (var (element, i) in top.List(list).Select((element, i) => (element, i)))
        {
            add(new LooseObject(element, $"{top.At(list)}[{i}]", ignoresCase: true));
        }
    }

    private void AddWorker(LooseObject worker)
    {
        var parameters = new GoParameters(worker, "parameters", source);
        var infers = _adapters.IsNamed(worker, "inferenceEntrypointName");
        var forecasts = _adapters.IsNamed(worker, "forecastEntrypointName");
        if (infers == false)
        {
            source.Note(NoteKind.Ignored, worker.At("inferenceEntrypointName"),
                "is empty: no inference for this topic");
            parameters.NoteUnasked("InferenceEndpoint", "inferenceEntrypointName");
            parameters.NoteUnasked("LabeledInferenceEndpoint", "inferenceEntrypointName");
        }

        if (forecasts == false)
        {
            parameters.NoteUnasked("ForecastEndpoint", "forecastEntrypointName");
        }

        if ((infers == true || forecasts == true) && Place(worker, "worker") is var (topic, here))
        {
            if (infers == true)
            {
                topic["inferer"] = parameters.Entrypoint(
                    $"{here}.inferer", "InferenceEndpoint", "LabeledInferenceEndpoint");
            }

            if (forecasts == true)
            {
                topic["forecaster"] = parameters.Entrypoint($"{here}.forecaster", "ForecastEndpoint");
            }
        }

        NoteKeys(worker);
    }

    private void AddReputer(LooseObject entry)
    {
        var reputer = new GoNodeReputer(entry, _adapters, source);
        if (reputer.IsServed() && Place(entry, "reputer") is var (topic, here))
        {
            topic["reputer"] = reputer.Translate($"{here}.reputer");
        }

        NoteKeys(entry);
    }

    /// <summary>The native topic of an entry, and its path; null when the list had this topic before.</summary>
    private (JsonObject Topic, string Here)? Place(LooseObject entry, string list)
    {
        var id = LooseNumber.Of(entry["topicId"]);
        if (id is not null && !_seen.Add($"{list} {id.ToJsonString()}"))
        {
            source.Note(NoteKind.Warning, entry.At("topicId"),
                $"topic {id} is given twice; the first is kept, as in the Go node");
            return null;
        }

        if (id is not null && _places.TryGetValue(id.ToJsonString(), out var place))
        {
            return ((JsonObject)_topics[place]!, $"topics[{place}]");
        }

        if (id is not null)
        {
            _places[id.ToJsonString()] = _topics.Count;
        }

        var here = $"topics[{_topics.Count}]";
        source.WrittenAs($"{here}.id", entry.At("topicId"));
        var topic = new JsonObject { ["id"] = id };
        _topics.Add(topic);
        return (topic, here);
    }

    private void NoteKeys(LooseObject entry)
    {
        if (entry.Given(IdleKeys) is { Count: > 0 } idle)
        {
            source.Note(NoteKind.Ignored, string.Join(", ", idle.Select(entry.At)), "has no meaning any more");
        }

        entry.NoteUnknown(source);
    }
}
