using System.CommandLine;
using Outpost.App.Settings;

namespace Outpost.App.Commands;

/// <summary>The --config option of the commands that read a configuration.</summary>
internal static class ConfigOption
{
    public static Option<string?> Create() => new("--config", "-c")
    {
        HelpName = "FILE",
        Description = "The configuration: Outpost's own, or config.json of the Go or the Python node",
    };

    /// <summary>Null when the configuration is wrong; all that is wrong was then printed, one line each.</summary>
    /// <param name="isTrial">True when only entrypoints are to be tried: chain and key may be missing.</param>
    public static Configuration? Load(string? path, CommandSurroundings surroundings, bool isTrial = false)
    {
        var result = ConfigurationFile.Load(path, surroundings.ForSettings, isTrial);
        foreach (var problem in result.Problems)
        {
            surroundings.Error.WriteLine(problem);
        }

        return result.Configuration;
    }
}
