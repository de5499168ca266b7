using System.CommandLine;

namespace Outpost.App.Commands;

/// <summary>The arguments and options that several keys commands have, each said in the same words.</summary>
internal static class KeysOptions
{
    public static Argument<string> Name() => new("NAME")
    {
        Description = "The key's name",
        DefaultValueFactory = _ => "main",
    };

    public static Option<string?> PassphraseFile() =>
        FileOption("--passphrase-file", "Read the passphrase from FILE instead of asking");

    public static Option<string?> FileOption(string name, string description) =>
        new(name) { HelpName = "FILE", Description = description };

    public static Option<bool> Force() => new("--force") { Description = "Replace a key of the same name" };

    public static Option<string?> Dir() => new("--dir")
    {
        HelpName = "FOLDER",
        Description = "Outpost's home; keys are in its folder \"keys\" (default: OUTPOST_HOME, else ~/.outpost)",
    };

    public static Option<bool> Json() => new("--json") { Description = "One line of JSON instead of text" };
}
