using System.Reflection;

namespace Outpost.App.Settings;

/// <summary>One key of the native format, as docs/configuration.md prints it.</summary>
/// <param name="Path">Dotted, with [] for the members of a list.</param>
/// <param name="Takes">What may be written.</param>
/// <param name="Default">What holds when the key is left out; empty when it must be given.</param>
/// <param name="Meaning">One or two sentences.</param>
internal sealed record Setting(string Path, string Takes, string Default, string Meaning)
{
    /// <summary>False for what is no single value, which the environment does not reach.</summary>
    public bool IsOverridable { get; init; } = true;

    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>The environment variable that overrides it; N is the place in a list, from 0.</summary>
    public string EnvironmentName => EnvironmentNameOf(Path.Replace("[]", "[N]", StringComparison.Ordinal));

    /// <summary>The settings that a type declares, in the order in which they stand there.</summary>
    public static IReadOnlyList<Setting> AllOf(Type declaring) =>
        [.. declaring.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null))
            .OfType<Setting>()];

    /// <summary>The row of this setting in a page's table.</summary>
    public string Row => $"| `{Path}` | {Takes} | {(Default.Length == 0 ? "–" : Default)} | {Meaning} |\n";

    /// <summary>The environment variable for a path such as topics[0].inferer.url.</summary>
    public static string EnvironmentNameOf(string path) => "OUTPOST__" + path
        .Replace("[", "__", StringComparison.Ordinal)
        .Replace("]", "", StringComparison.Ordinal)
        .Replace(".", "__", StringComparison.Ordinal)
        .ToUpperInvariant();
}
