using System.Text.Json;
using Outpost.App.OtherNodes;
using Outpost.App.Settings;

namespace Outpost.App;

/// <summary>
/// Finds a configuration of the consensus service, recognises its form, and reads it: the service's own form,
/// settings.json of the reference, or the section "consensus" of a node's configuration.
/// </summary>
internal static class ConsensusFile
{
    private const string OwnName = "consensus.json";
    private const string NodesName = "outpost.json";
    private const string Shape = "{ \"listen\": …, \"streams\": … }";

    /// <summary>
    /// The file of --config; without one OUTPOST_CONSENSUS_CONFIG, then consensus.json if it is there, then the node's
    /// configuration (OUTPOST_CONFIG, outpost.json) if it has a section for this, then the defaults.
    /// </summary>
    public static SettingsResult<ConsensusConfiguration> Load(string? path, SettingsSurroundings surroundings)
    {
        path ??= SettingsFile.Variable("OUTPOST_CONSENSUS_CONFIG", surroundings) ?? IfThere(OwnName, surroundings);
        if (path is not null)
        {
            return SettingsFile.Load(path, surroundings, (text, folder) => Read(text, path, folder, surroundings));
        }

        return (SettingsFile.Variable("OUTPOST_CONFIG", surroundings) ?? IfThere(NodesName, surroundings)) is { } shared
            ? SettingsFile.Load(shared, surroundings, (text, folder) =>
                HasSection(text) ? Read(text, shared, folder, surroundings) : Defaults(surroundings))
            : Defaults(surroundings);
    }

    /// <summary>Reads a text; <paramref name="folder"/> is where its relative paths start.</summary>
    public static SettingsResult<ConsensusConfiguration> Read(
        string text, string file, string folder, SettingsSurroundings surroundings) =>
        SettingsFile.Read(text, file, Shape, surroundings, (root, source) =>
        {
            folder = Path.GetFullPath(folder);
            source.Document = "docs/consensus.md";
            if (root.TryGetProperty(NativeSettings.Consensus.Name, out _))
            {
                // The other variables are the node's.
                source.Variables = $"{NativeSettings.Consensus.EnvironmentName}__";
                var section = new SettingsSection(source, root, "").Section(NativeSettings.Consensus.Name);
                return new ConsensusFormat(source, isReference: false, folder).Read(section);
            }

            if (root.TryGetProperty("topics", out _))
            {
                source.Add(file, "consensus", "this is a node's configuration without that section",
                    "write \"consensus\": { \"streams\": … } beside \"topics\"");
                return null;
            }

            var isReference = PowerloomSettings.Recognises(root);
            root = isReference ? new PowerloomSettings(source).Translate(root) : root;
            return new ConsensusFormat(source, isReference, folder).Read(new SettingsSection(source, root, ""));
        });

    private static SettingsResult<ConsensusConfiguration> Defaults(SettingsSurroundings surroundings) =>
        Read("{}", "the defaults", SettingsFile.FullPath(".", surroundings), surroundings);

    private static string? IfThere(string name, SettingsSurroundings surroundings) =>
        File.Exists(SettingsFile.FullPath(name, surroundings)) ? name : null;

    /// <summary>What cannot be read is taken for one that has, so that its fault is told.</summary>
    private static bool HasSection(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, SettingsFile.JsonOptions);
            return document.RootElement.ValueKind != JsonValueKind.Object
                || document.RootElement.TryGetProperty(NativeSettings.Consensus.Name, out _);
        }
        catch (JsonException)
        {
            return true;
        }
    }
}
