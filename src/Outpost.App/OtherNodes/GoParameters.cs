using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>
/// A map of parameters of the Go node: endpoints by their names, and what is filled into their URLs. Names are
/// case-sensitive, as in a Go map; numbers and flags are taken as their text.
/// </summary>
internal sealed class GoParameters
{
    /// <summary>What is no name for a URL's template; all else is.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "InferenceEndpoint", "LabeledInferenceEndpoint", "ForecastEndpoint", "GroundTruthEndpoint",
        "LabeledGroundTruthEndpoint", "SourceOfTruthEndpoint", "LossFunctionService", "LabeledLossFunctionService",
        "LossMethodOptions", "IsNeverNegative",
    };

    private readonly Dictionary<string, string> _members = new(StringComparer.Ordinal);
    private readonly SettingsSource _source;
    private readonly string _path;

    public GoParameters(LooseObject entry, string name, SettingsSource source)
    {
        (_source, _path) = (source, entry.At(name));
        if (entry[name] is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var member in given.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
            {
                _members[member.Name] = member.Value.ToString();
            }
        }
    }

    public bool Has(string name) => _members.ContainsKey(name);

    public string At(string name) => $"{_path}.{name}";

    /// <summary>Which of the two is given; of both the one for topics without labels, and that is told.</summary>
    public string Either(string scalar, string labeled)
    {
        if (Has(scalar) && Has(labeled))
        {
            _source.Note(NoteKind.Warning, At(labeled), $"is left out beside {scalar}: only a topic with labels wants "
                + $"it, and such a topic is served when {scalar} is taken out");
        }

        return Has(labeled) && !Has(scalar) ? labeled : scalar;
    }

    /// <summary>The entrypoint of the native format that this endpoint means.</summary>
    /// <param name="native">Where it stands in the native format.</param>
    public JsonObject Entrypoint(string endpoint, string native)
    {
        var variables = new JsonObject();
        foreach (var (name, value) in _members.Where(member => !Reserved.Contains(member.Key)))
        {
            variables[name] = value;
            _source.WrittenAs($"{native}.variables.{name}", At(name));
        }

        _source.WrittenAs($"{native}.url", At(endpoint));
        var entrypoint = new JsonObject { ["variables"] = variables };
        if (_members.TryGetValue(endpoint, out var url))
        {
            entrypoint["url"] = url;
        }

        return entrypoint;
    }

    /// <summary>Says of an endpoint that its adapter's name is missing.</summary>
    public void NoteUnasked(string endpoint, string adapterKey)
    {
        if (Has(endpoint))
        {
            _source.Note(NoteKind.Ignored, At(endpoint), $"is not asked, since {adapterKey} is empty");
        }
    }
}
