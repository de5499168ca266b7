using System.Text.Json;
using Outpost.App.OtherNodes;
using Outpost.App.Settings;

namespace Outpost.App;

/// <summary>Finds a configuration of the consensus service, recognises its form, and reads it.</summary>
internal static class ConsensusFile
{
    private const long MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions JsonOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 32,
    };

    /// <summary>
    /// The file of --config; without one OUTPOST_CONSENSUS_CONFIG, then consensus.json if it is there.
    /// </summary>
    public static ConsensusConfigurationResult Load(string? path, SettingsSurroundings surroundings)
    {
        path ??= surroundings.Environment("OUTPOST_CONSENSUS_CONFIG") is { Length: > 0 } named ? named : null;
        var full = Path.GetFullPath(path ?? "consensus.json", Path.GetFullPath(surroundings.WorkingDirectory));
        if (path is null && !File.Exists(full))
        {
            return Read("{}", "the defaults", Path.GetDirectoryName(full)!, surroundings);
        }

        try
        {
            return new FileInfo(full).Length > MaxBytes
                ? Failed($"{path}: the file is larger than {MaxBytes / 1024 / 1024} MiB; name a configuration file")
                : Read(File.ReadAllText(full), path ?? "consensus.json", Path.GetDirectoryName(full)!, surroundings);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Failed($"{path}: the file cannot be read ({problem.Message}); check the path and its permissions");
        }
    }

    /// <summary>Reads a text; <paramref name="folder"/> is where its relative paths start.</summary>
    public static ConsensusConfigurationResult Read(
        string text, string file, string folder, SettingsSurroundings surroundings)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, JsonOptions);
        }
        catch (JsonException problem)
        {
            var words = problem.Message.Split(" LineNumber:")[0].TrimEnd('.');
            return Failed($"{file}: line {problem.LineNumber + 1}, column {problem.BytePositionInLine + 1}: not JSON "
                + $"({words}); comments and trailing commas are allowed, all else is strict");
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Failed($"{file}: the file holds no object; write {{ \"listen\": …, \"streams\": … }}");
            }

            var source = new SettingsSource(file, surroundings.Environment);
            var isReference = PowerloomSettings.Recognises(root);
            if (isReference)
            {
                root = new PowerloomSettings(source).Translate(root);
            }

            var configuration = new ConsensusFormat(source, isReference, Path.GetFullPath(folder)).Read(root);
            return new ConsensusConfigurationResult(
                source.Problems.Count == 0 ? configuration : null, source.Problems);
        }
    }

    private static ConsensusConfigurationResult Failed(string problem) => new(null, [problem]);
}
