using System.Text.Json;

namespace Outpost.Tests.Keys;

/// <summary>The files under tests/vectors, found from wherever the tests run.</summary>
internal static class VectorFile
{
    public static JsonElement Read(string name)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Outpost.slnx")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("Outpost.slnx is nowhere above.");
        }

        using var document = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(directory.FullName, "tests", "vectors", name)));
        return document.RootElement.Clone();
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
