namespace Outpost.App.Settings;

/// <summary>What a configuration is read with, besides its text.</summary>
/// <param name="Environment">One environment variable by name; null when it is not set.</param>
/// <param name="EnvironmentNames">The names of all variables, so that a misspelt OUTPOST__ name is found.</param>
/// <param name="WorkingDirectory">Where relative paths on the command line start.</param>
internal sealed record SettingsSurroundings(
    Func<string, string?> Environment, IReadOnlyCollection<string> EnvironmentNames, string WorkingDirectory);
