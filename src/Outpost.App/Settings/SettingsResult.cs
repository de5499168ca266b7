namespace Outpost.App.Settings;

/// <summary>Either a configuration or, one line each, all that is wrong with it.</summary>
internal sealed record SettingsResult<T>(T? Configuration, IReadOnlyList<string> Problems)
    where T : class;
