using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Outpost.App.Settings;

/// <summary>
/// One object of a configuration, read strictly: a value of the wrong kind is a problem, and so is a key that
/// nobody asked for. The environment's values come first.
/// </summary>
internal sealed class SettingsSection
{
    private readonly SettingsSource _source;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public SettingsSection(SettingsSource source, JsonElement? element, string path)
    {
        _source = source;
        Path = path;
        if (element is not { ValueKind: not JsonValueKind.Null } given)
        {
            return;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            source.Problem(path, $"is {Kind(given)}, not an object", "write { … }");
            return;
        }

        foreach (var member in given.EnumerateObject())
        {
            if (!_members.TryAdd(member.Name, member.Value))
            {
                source.Problem(At(member.Name), "is given twice", "keep one of them");
            }
        }
    }

    public string Path { get; }

    /// <summary>True when nothing is written in it.</summary>
    public bool IsEmpty => _members.Count == 0;

    public string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public bool Has(Setting setting) => IsOverridden(setting) || IsWritten(setting);

    public bool IsWritten(Setting setting) => IsWritten(setting.Name);

    public bool IsWritten(string name) => Member(name) is { ValueKind: not JsonValueKind.Null };

    public bool IsOverridden(Setting setting) => _source.Override(At(setting.Name)) is not null;

    public SettingsSection Section(string name) => new(_source, Member(name), At(name));

    /// <summary>The members of a list of objects; empty when it is left out.</summary>
    public IReadOnlyList<SettingsSection> List(string name)
    {
        if (Member(name) is not { ValueKind: not JsonValueKind.Null } element)
        {
            return [];
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            _source.Problem(At(name), $"is {Kind(element)}, not a list", "write [ … ]");
            return [];
        }

        return
        [
            .. element.EnumerateArray().Select((item, i) => new SettingsSection(_source, item, $"{At(name)}[{i}]")),
        ];
    }

    /// <summary>Null when it is left out or wrong; what is wrong then stands among the problems.</summary>
    public string? Text(Setting setting)
    {
        var text = Scalar(setting, JsonValueKind.String);
        if (text is null)
        {
            return null;
        }

        if (text.Trim().Length == 0)
        {
            _source.Problem(At(setting.Name), "is empty", $"write {setting.Takes}, or leave the key out");
            return null;
        }

        return text.Trim();
    }

    public bool? Flag(Setting setting)
    {
        switch (Scalar(setting, JsonValueKind.True)?.ToLowerInvariant())
        {
            case null: return null;
            case "true": return true;
            case "false": return false;
            default: return Wrong<bool?>(setting, "is neither true nor false");
        }
    }

    public decimal? Number(Setting setting, decimal least, decimal most)
    {
        if (Scalar(setting, JsonValueKind.Number) is not { } text)
        {
            return null;
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : Wrong<decimal?>(setting, $"{Shown(text)} is out of range");
    }

    /// <summary>As <see cref="Number"/>, but null also where this word is written instead.</summary>
    public decimal? NumberOr(string word, Setting setting, decimal least, decimal most)
    {
        var written = _source.Override(At(setting.Name))
            ?? (Member(setting.Name) is { ValueKind: JsonValueKind.String } element ? element.GetString() : null);
        return written == word ? null : Number(setting, least, most);
    }

    public BigInteger? WholeNumber(Setting setting, BigInteger least, BigInteger most)
    {
        if (Scalar(setting, JsonValueKind.Number) is not { } text)
        {
            return null;
        }

        return BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : Wrong<BigInteger?>(setting, $"{Shown(text)} is not such a number");
    }

    public TimeSpan? Duration(Setting setting, TimeSpan least, TimeSpan most)
    {
        if (Member(setting.Name) is { ValueKind: JsonValueKind.Number } number && !IsOverridden(setting))
        {
            _source.Problem(
                At(setting.Name), "is a number without a unit", $"write such as \"{number.GetRawText()}s\"");
            return null;
        }

        if (Scalar(setting, JsonValueKind.String) is not { } text)
        {
            return null;
        }

        if (!DurationText.TryParse(text, out var duration))
        {
            _source.Problem(At(setting.Name), $"{Shown(text)} is not a duration",
                "write such as \"500ms\", \"15s\" or \"2m\"");
            return null;
        }

        if (duration >= least && duration <= most)
        {
            return duration;
        }

        _source.Problem(At(setting.Name), $"{Shown(text)} is out of range",
            $"write {DurationText.Format(least)} to {DurationText.Format(most)}");
        return null;
    }

    /// <summary>Names with texts; numbers and flags are taken as they are written.</summary>
    public IReadOnlyDictionary<string, string> Map(Setting setting)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Member(setting.Name) is not { ValueKind: not JsonValueKind.Null } element)
        {
            return map;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return Wrong<IReadOnlyDictionary<string, string>>(setting, $"is {Kind(element)}") ?? map;
        }

        foreach (var member in element.EnumerateObject())
        {
            var path = $"{At(setting.Name)}.{member.Name}";
            var text = _source.Override(path) ?? member.Value.ToString();
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                _source.Problem(path, $"is {Kind(member.Value)}", "write a text");
            }
            else if (SettingsSource.Placeholder(text) is { } token)
            {
                _source.Problem(path, $"still holds the placeholder {token}", "write its value");
            }
            else
            {
                map[member.Name] = text;
            }
        }

        return map;
    }

    /// <summary>One text or more; null when it is left out or wrong.</summary>
    public IReadOnlyList<string>? Texts(Setting setting)
    {
        if (Member(setting.Name) is not { ValueKind: not JsonValueKind.Null } element)
        {
            return null;
        }

        return element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0
            && element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. element.EnumerateArray().Select(item => item.GetString()!)]
            : Wrong<IReadOnlyList<string>>(setting, $"is {Kind(element)}, not texts in quotes in a list");
    }

    /// <summary>An object as it is written; null when it is left out or wrong.</summary>
    public JsonElement? Whole(Setting setting) => Member(setting.Name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } given => given.Clone(),
        { } other => Wrong<JsonElement?>(setting, $"is {Kind(other)}"),
    };

    /// <summary>Call after the last question: every key that was not asked for is a problem.</summary>
    public void RefuseUnknown()
    {
        foreach (var name in _members.Keys.Where(name => !_known.Contains(name)))
        {
            var hint = NearestName.Of(name, _known) is { } near
                ? $"write \"{near}\""
                : $"known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}";
            _source.Problem(At(name), "unknown key", hint);
        }
    }

    /// <summary>
    /// The text of a value of this JSON kind, or of the environment's; notes the default when there is none.
    /// </summary>
    private string? Scalar(Setting setting, JsonValueKind kind)
    {
        var element = Member(setting.Name);
        if (_source.Override(At(setting.Name)) is { } over)
        {
            return over;
        }

        if (element is not { ValueKind: not JsonValueKind.Null } given)
        {
            if (setting.Default is not ("" or "none"))
            {
                _source.Note(NoteKind.Default, At(setting.Name), setting.Default);
            }

            return null;
        }

        if (given.ValueKind == JsonValueKind.String && SettingsSource.Placeholder(given.GetString()!) is { } token)
        {
            _source.Problem(At(setting.Name), $"still holds the placeholder {token}", $"write {setting.Takes}");
            return null;
        }

        var fits = given.ValueKind == kind || (kind == JsonValueKind.True && given.ValueKind == JsonValueKind.False);
        return fits
            ? given.ValueKind == JsonValueKind.String ? given.GetString() : given.GetRawText()
            : Wrong<string?>(setting, $"is {Kind(given)}");
    }

    private JsonElement? Member(string name)
    {
        _known.Add(name);
        return _members.TryGetValue(name, out var element) ? element : null;
    }

    private T? Wrong<T>(Setting setting, string wrong)
    {
        _source.Problem(At(setting.Name), wrong, $"write {setting.Takes}");
        return default;
    }

    private static string Shown(string text) => $"\"{(text.Length > 60 ? text[..60] + "…" : text)}\"";

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text in quotes",
        JsonValueKind.Number => "a number",
        _ => element.GetRawText(),
    };
}
