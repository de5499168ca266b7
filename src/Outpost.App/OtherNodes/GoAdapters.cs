using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>The names of the Go node's adapters; each of them that works is its HTTP adapter.</summary>
internal sealed class GoAdapters(SettingsSource source)
{
    /// <summary>The name of the HTTP adapter until autumn 2024, and since.</summary>
    private static readonly string[] Known = ["apiAdapter", "api-worker-reputer"];

    /// <summary>False when none is named; null when it is no known one, which is a problem.</summary>
    public bool? IsNamed(LooseObject entry, string key)
    {
        var name = entry.Text(key);
        if (name.Length == 0 || Known.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return name.Length > 0;
        }

        var token = SettingsSource.Placeholder(name);
        source.Add(source.File, entry.At(key),
            token is null ? $"\"{name}\" is no known adapter" : $"still holds the placeholder {token}",
            "write \"apiAdapter\"");
        return null;
    }
}
