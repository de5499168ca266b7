using System.Text.Json;
using Outpost.App.OtherNodes;
using Outpost.App.Settings;

namespace Outpost.App;

/// <summary>Finds a configuration, recognises its form by its content, and reads it.</summary>
internal static class ConfigurationFile
{
    private const string Shape = "{ \"chain\": …, \"key\": …, \"topics\": … }";

    /// <summary>
    /// The file of --config; without one OUTPOST_CONFIG, then the Go node's two environment variables, then
    /// outpost.json in the working directory.
    /// </summary>
    /// <param name="isTrial">True when only entrypoints are to be tried: chain and key may be missing.</param>
    public static SettingsResult<Configuration> Load(
        string? path, SettingsSurroundings surroundings, bool isTrial = false)
    {
        path ??= SettingsFile.Variable("OUTPOST_CONFIG", surroundings);
        if (path is null && SettingsFile.Variable("ALLORA_OFFCHAIN_NODE_CONFIG_JSON", surroundings) is { } json)
        {
            return Read(json, "ALLORA_OFFCHAIN_NODE_CONFIG_JSON", surroundings.WorkingDirectory, surroundings, isTrial);
        }

        path ??= SettingsFile.Variable("ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH", surroundings);
        if (path is null && !File.Exists(SettingsFile.FullPath("outpost.json", surroundings)))
        {
            return SettingsFile.Failed<Configuration>("outpost: no configuration was given; write --config FILE, set "
                + "OUTPOST_CONFIG, or put an outpost.json here (samples/configs holds examples)");
        }

        path ??= "outpost.json";
        return SettingsFile.Load(
            path, surroundings, (text, folder) => Read(text, path, folder, surroundings, isTrial));
    }

    /// <summary>Reads a text; <paramref name="folder"/> is where its relative paths start.</summary>
    public static SettingsResult<Configuration> Read(
        string text, string file, string folder, SettingsSurroundings surroundings, bool isTrial = false) =>
        SettingsFile.Read(text, file, Shape, surroundings, (root, source) =>
        {
            var format = Recognise(root);
            folder = Path.GetFullPath(folder);
            root = format switch
            {
                ConfigurationFormat.GoNode => new GoNodeConfig(source).Translate(root),
                ConfigurationFormat.PythonNode => new PythonNodeConfig(source).Translate(root),
                ConfigurationFormat.Pooler => new PoolerConfig(source, folder).Translate(root),
                _ => root,
            };
            return source.IsHopeless ? null : new NativeFormat(source, format, folder)
            {
                IsTrial = isTrial,
            }.Read(root);
        });

    private static ConfigurationFormat Recognise(JsonElement root)
    {
        var names = root.EnumerateObject().Select(member => member.Name).ToList();
        if (names.Exists(name => name is "seed_phrase" or "api_params"))
        {
            return ConfigurationFormat.PythonNode;
        }

        if (PoolerConfig.Recognises(root))
        {
            return ConfigurationFormat.Pooler;
        }

        // Go reads keys without regard to case, so its files are recognised so too.
        string[] goNames = ["wallet", "worker", "reputer"];
        return names.Exists(name => goNames.Contains(name, StringComparer.OrdinalIgnoreCase))
            ? ConfigurationFormat.GoNode
            : ConfigurationFormat.Native;
    }
}
