using System.Text.Json;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>
/// An object as Go's encoding/json reads it: names match without regard to case, the last of two equal names wins,
/// null is nothing. Knows which names were never asked for.
/// </summary>
internal sealed class LooseObject
{
    private readonly Dictionary<string, (string Written, JsonElement Value)> _members;
    private readonly HashSet<string> _asked;
    private readonly string _path;

    /// <param name="ignoresCase">False for Python, which reads names as they are.</param>
    public LooseObject(JsonElement? element, string path, bool ignoresCase)
    {
        var comparer = ignoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        _members = new Dictionary<string, (string, JsonElement)>(comparer);
        _asked = new HashSet<string>(comparer);
        _path = path;
        if (element is not { ValueKind: JsonValueKind.Object } given)
        {
            return;
        }

        foreach (var member in given.EnumerateObject())
        {
            _members[member.Name] = (member.Name, member.Value);
        }
    }

    /// <summary>Null when it is absent or null.</summary>
    public JsonElement? this[string name]
    {
        get
        {
            _asked.Add(name);
            return _members.TryGetValue(name, out var member) && member.Value.ValueKind != JsonValueKind.Null
                ? member.Value
                : null;
        }
    }

    /// <summary>The path of a member, with its name as it is written in the file.</summary>
    public string At(string name)
    {
        var written = _members.TryGetValue(name, out var member) ? member.Written : name;
        return _path.Length == 0 ? written : $"{_path}.{written}";
    }

    /// <summary>Empty when it is absent or no text.</summary>
    public string Text(string name) =>
        this[name] is { ValueKind: JsonValueKind.String } element ? element.GetString()!.Trim() : "";

    /// <summary>Those of the names that the file gives, as they are written.</summary>
    public IReadOnlyList<string> Given(IEnumerable<string> names) =>
        [.. names.Where(name => this[name] is not null).Select(name => _members[name].Written)];

    public IReadOnlyList<JsonElement> List(string name) =>
        this[name] is { ValueKind: JsonValueKind.Array } element ? [.. element.EnumerateArray()] : [];

    /// <summary>Call after the last question: says of each name nobody asked for what was probably meant.</summary>
    public void NoteUnknown(SettingsSource source)
    {
        foreach (var name in _members.Values.Select(member => member.Written).Where(name => !_asked.Contains(name)))
        {
            var near = NearestName.Of(name, _asked);
            source.Note(NoteKind.Warning, At(name),
                near is null ? "unknown key, ignored" : $"unknown key, ignored; \"{near}\" was probably meant");
        }
    }
}
