using System.Text.Json;

namespace Outpost.App.Settings;

/// <summary>
/// Reads a file of settings, whatever it configures: its size, its JSON, what a template left open, and variables of
/// the environment that name no setting.
/// </summary>
internal static class SettingsFile
{
    /// <summary>Ten thousand topics fit; what is larger is no configuration.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    /// <summary>Comments and trailing commas are allowed, all else is strict.</summary>
    public static readonly JsonDocumentOptions JsonOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 32,
    };

    /// <summary>Where a path that was written, or a name that is looked for, leads.</summary>
    public static string FullPath(string path, SettingsSurroundings surroundings) =>
        Path.GetFullPath(path, Path.GetFullPath(surroundings.WorkingDirectory));

    /// <summary>Reads a file; messages name it as it was written.</summary>
    /// <param name="read">Is given the text, and the folder from which relative paths in it start.</param>
    public static SettingsResult<T> Load<T>(
        string path, SettingsSurroundings surroundings, Func<string, string, SettingsResult<T>> read)
        where T : class
    {
        var full = FullPath(path, surroundings);
        try
        {
            return Directory.Exists(full) ? Failed<T>($"{path}: is a folder; name the file in it")
                : new FileInfo(full).Length > MaxBytes
                ? Failed<T>($"{path}: the file is larger than {MaxBytes / 1024 / 1024} MiB; name a configuration file")
                : read(File.ReadAllText(full), Path.GetDirectoryName(full)!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Failed<T>(
                $"{path}: the file cannot be read ({problem.Message}); check the path and its permissions");
        }
    }

    /// <summary>Reads a text that has to hold one object.</summary>
    /// <param name="shape">What may be written instead where it holds none.</param>
    /// <param name="read">Makes the configuration; what is wrong stands in the source afterwards.</param>
    public static SettingsResult<T> Read<T>(
        string text, string file, string shape, SettingsSurroundings surroundings,
        Func<JsonElement, SettingsSource, T?> read)
        where T : class
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, JsonOptions);
        }
        catch (JsonException problem)
        {
            return Failed<T>(SyntaxProblem(text, file, problem));
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Failed<T>($"{file}: the file holds no object; write {shape}");
            }

            var source = new SettingsSource(file, surroundings.Environment);
            var configuration = read(document.RootElement, source);
            // A file of which nothing can be served is one problem, not a list of what then is missing too.
            if (!source.IsHopeless)
            {
                RefuseUnknownEnvironment(source, surroundings);
            }

            return new SettingsResult<T>(source.Problems.Count == 0 ? configuration : null, source.Problems);
        }
    }

    /// <summary>The value of a variable; null also when it is blank.</summary>
    public static string? Variable(string name, SettingsSurroundings surroundings) =>
        surroundings.Environment(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    public static SettingsResult<T> Failed<T>(string problem)
        where T : class => new(null, [problem]);

    private static string SyntaxProblem(string text, string file, JsonException problem)
    {
        if (SettingsSource.Placeholder(text) is { } token)
        {
            return $"{file}: still holds the placeholder {token}; fill in the template before it is used";
        }

        var place = $"line {problem.LineNumber + 1}, column {problem.BytePositionInLine + 1}";
        // The message quotes the text, with line ends in it.
        var words = string.Join(' ', problem.Message.Split(" LineNumber:")[0].TrimEnd('.').Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries));
        return $"{file}: {place}: not JSON ({words}); comments and trailing commas are allowed, all else is strict";
    }

    private static void RefuseUnknownEnvironment(SettingsSource source, SettingsSurroundings surroundings)
    {
        foreach (var name in surroundings.EnvironmentNames
            .Where(name => name.StartsWith(source.Variables, StringComparison.OrdinalIgnoreCase))
            .Where(name => !source.AskedEnvironmentNames.Contains(name))
            .Order(StringComparer.Ordinal))
        {
            var near = NearestName.Of(name, source.AskedEnvironmentNames);
            source.Add("environment", name, "no such setting",
                near is null ? $"{source.Document} lists them" : $"write {near}");
        }
    }
}
