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

    /// <summary>The entrypoint of the native format that these endpoints mean.</summary>
    /// <param name="native">Where it stands in the native format.</param>
    /// <param name="labeled">What is asked where the topic wants labels; alone, it is asked in any case.</param>
    public JsonObject Entrypoint(string native, string endpoint, string? labeled = null)
    {
        var variables = new JsonObject();
        foreach (var (name, value) in _members.Where(member => !Reserved.Contains(member.Key)))
        {
            variables[name] = value;
            _source.WrittenAs($"{native}.variables.{name}", At(name));
        }

        var entrypoint = new JsonObject { ["variables"] = variables };
        if (labeled is not null && Has(endpoint) && Has(labeled))
        {
            Add("labeledUrl", labeled);
        }

        Add("url", labeled is not null && Has(labeled) && !Has(endpoint) ? labeled : endpoint);
        return entrypoint;

        void Add(string setting, string name)
        {
            _source.WrittenAs($"{native}.{setting}", At(name));
            if (_members.TryGetValue(name, out var url))
            {
                entrypoint[setting] = url;
            }
        }
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
