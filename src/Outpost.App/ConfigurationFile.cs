using System.Text.Json;
using Outpost.App.OtherNodes;
using Outpost.App.Settings;

namespace Outpost.App;

/// <summary>Finds a configuration, recognises its form by its content, and reads it.</summary>
internal static class ConfigurationFile
{
    /// <summary>Ten thousand topics fit; what is larger is no configuration.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions JsonOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 32,
    };

    /// <summary>
    /// The file of --config; without one OUTPOST_CONFIG, then the Go node's two environment variables, then
    /// outpost.json in the working directory.
    /// </summary>
    /// <param name="isTrial">True when only entrypoints are to be tried: chain and key may be missing.</param>
    public static ConfigurationResult Load(string? path, SettingsSurroundings surroundings, bool isTrial = false)
    {
        path ??= NotEmpty(surroundings.Environment("OUTPOST_CONFIG"));
        if (path is null && NotEmpty(surroundings.Environment("ALLORA_OFFCHAIN_NODE_CONFIG_JSON")) is { } json)
        {
            return Read(json, "ALLORA_OFFCHAIN_NODE_CONFIG_JSON", surroundings.WorkingDirectory, surroundings, isTrial);
        }

        path ??= NotEmpty(surroundings.Environment("ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH"));
        var full = Path.GetFullPath(path ?? "outpost.json", Path.GetFullPath(surroundings.WorkingDirectory));
        if (path is null && !File.Exists(full))
        {
            return Failed("outpost: no configuration was given; write --config FILE, set OUTPOST_CONFIG, or put an "
                + "outpost.json here (samples/configs holds examples)");
        }

        try
        {
            if (new FileInfo(full).Length > MaxBytes)
            {
                return Failed(
                    $"{path}: the file is larger than {MaxBytes / 1024 / 1024} MiB; name a configuration file");
            }

            return Read(
                File.ReadAllText(full), path ?? "outpost.json", Path.GetDirectoryName(full)!, surroundings, isTrial);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Failed($"{path}: the file cannot be read ({problem.Message}); check the path and its permissions");
        }
    }

    /// <summary>Reads a text; <paramref name="folder"/> is where its relative paths start.</summary>
    public static ConfigurationResult Read(
        string text, string file, string folder, SettingsSurroundings surroundings, bool isTrial = false)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, JsonOptions);
        }
        catch (JsonException problem)
        {
            return Failed(SyntaxProblem(text, file, problem));
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Failed($"{file}: the file holds no object; write {{ \"chain\": …, \"key\": …, \"topics\": … }}");
            }

            var source = new SettingsSource(file, surroundings.Environment);
            var root = document.RootElement;
            var format = Recognise(root);
            if (format != ConfigurationFormat.Native)
            {
                root = format == ConfigurationFormat.GoNode
                    ? new GoNodeConfig(source).Translate(root)
                    : new PythonNodeConfig(source).Translate(root);
            }

            // A file of which nothing can be served is one problem, not a list of what then is missing too.
            if (source.IsHopeless)
            {
                return new ConfigurationResult(null, source.Problems);
            }

            var configuration = new NativeFormat(source, format, Path.GetFullPath(folder))
            {
                IsTrial = isTrial,
            }.Read(root);
            RefuseUnknownEnvironment(source, surroundings);
            return new ConfigurationResult(source.Problems.Count == 0 ? configuration : null, source.Problems);
        }
    }

    private static ConfigurationFormat Recognise(JsonElement root)
    {
        var names = root.EnumerateObject().Select(member => member.Name).ToList();
        if (names.Exists(name => name is "seed_phrase" or "api_params"))
        {
            return ConfigurationFormat.PythonNode;
        }

        // Go reads keys without regard to case, so its files are recognised so too.
        string[] goNames = ["wallet", "worker", "reputer"];
        return names.Exists(name => goNames.Contains(name, StringComparer.OrdinalIgnoreCase))
            ? ConfigurationFormat.GoNode
            : ConfigurationFormat.Native;
    }

    private static string SyntaxProblem(string text, string file, JsonException problem)
    {
        if (SettingsSource.Placeholder(text) is { } token)
        {
            return $"{file}: still holds the placeholder {token}; fill in the template before it is used";
        }

        var place = $"line {problem.LineNumber + 1}, column {problem.BytePositionInLine + 1}";
        var words = problem.Message.Split(" LineNumber:")[0].TrimEnd('.');
        return $"{file}: {place}: not JSON ({words}); comments and trailing commas are allowed, all else is strict";
    }

    private static void RefuseUnknownEnvironment(SettingsSource source, SettingsSurroundings surroundings)
    {
        foreach (var name in surroundings.EnvironmentNames
            .Where(name => name.StartsWith("OUTPOST__", StringComparison.OrdinalIgnoreCase))
            .Where(name => !source.AskedEnvironmentNames.Contains(name))
            .Order(StringComparer.Ordinal))
        {
            var near = NearestName.Of(name, source.AskedEnvironmentNames);
            source.Add("environment", name, "no such setting",
                near is null ? "docs/configuration.md lists them" : $"write {near}");
        }
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static ConfigurationResult Failed(string problem) => new(null, [problem]);
}
