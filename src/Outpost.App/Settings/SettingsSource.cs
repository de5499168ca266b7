using System.Text.RegularExpressions;

namespace Outpost.App.Settings;

/// <summary>
/// What the sections of one configuration share: where it came from, what overrides it, and the list of what was
/// found wrong or worth saying.
/// </summary>
internal sealed partial class SettingsSource(string file, Func<string, string?> environment)
{
    private readonly List<string> _problems = [];
    private readonly List<Note> _notes = [];
    private readonly Dictionary<string, string> _writtenPaths = new(StringComparer.Ordinal);

    public string File { get; } = file;

    /// <summary>Every environment name that a reader asked for.</summary>
    public HashSet<string> AskedEnvironmentNames { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The beginning of the variables that have to name a setting of this source.</summary>
    public string Variables { get; set; } = Setting.EnvironmentNameOf("");

    /// <summary>The page that lists its settings.</summary>
    public string Document { get; set; } = "docs/configuration.md";

    /// <summary>True when there is no point in reading on.</summary>
    public bool IsHopeless { get; set; }

    public IReadOnlyList<Note> Notes => _notes;

    /// <summary>
    /// Says that a native path was written otherwise in the file, so that messages name what stands there.
    /// </summary>
    public void WrittenAs(string nativePath, string writtenPath) => _writtenPaths[nativePath] = writtenPath;

    /// <summary>The text that the environment puts over this path; null when it does not.</summary>
    public string? Override(string path)
    {
        var name = Setting.EnvironmentNameOf(path);
        AskedEnvironmentNames.Add(name);
        return environment(name) is { Length: > 0 } text ? text : null;
    }

    /// <summary>The path as the person wrote it: a key of the file, or an environment variable.</summary>
    public string WrittenPath(string path) => _writtenPaths.GetValueOrDefault(path, path);

    public void Problem(string path, string wrong, string instead)
    {
        var isOverridden = Override(path) is not null;
        Add(isOverridden ? "environment" : File, isOverridden ? Setting.EnvironmentNameOf(path) : WrittenPath(path),
            wrong, instead);
    }

    /// <summary>For a problem that is not at a setting's path.</summary>
    public void Add(string source, string place, string wrong, string instead) =>
        _problems.Add($"{source}: {place}: {wrong}; {instead}");

    public void Note(NoteKind kind, string path, string text) => _notes.Add(new Note(kind, WrittenPath(path), text));

    /// <summary>A token that a template left to be filled in, such as _TOPIC_ID_ or &lt;your mnemonic&gt;.</summary>
    public static string? Placeholder(string text)
    {
        var match = PlaceholderPattern().Match(text);
        return match.Success ? match.Value : null;
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9])_[A-Z][A-Z0-9_]*_(?![A-Za-z0-9])|<[A-Za-z][^<>""]{0,60}>")]
    private static partial Regex PlaceholderPattern();
}
