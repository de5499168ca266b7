using System.Text.RegularExpressions;

namespace Outpost.Tests.Tidy;

/// <summary>The tables of arrows in ARCHITECTURE.md are what the code does: no more, and no less.</summary>
public sealed partial class ArrowTests
{
    [Fact]
    public void Projects_reference_what_the_table_says()
    {
        var faults = new List<string>();
        var table = Table("Projects");
        foreach (var file in Repository.Files("src", "*.csproj").Concat(Repository.Files("modules", "*.csproj")))
        {
            var project = Path.GetFileNameWithoutExtension(file);
            var used = Reference().Matches(Repository.Read(file))
                .Select(match => Path.GetFileNameWithoutExtension(match.Groups[1].Value));
            Compare(table, project, used, faults);
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    [Fact]
    public void Rooms_use_what_the_table_says()
    {
        var faults = new List<string>();
        var table = Table("Rooms");
        foreach (var folder in new[] { "src", "modules" }
            .SelectMany(parent => Directory.EnumerateDirectories(Path.Combine(Repository.Root, parent)))
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal))
        {
            var project = Path.GetFileName(folder);
            var rooms = Repository.Files(folder, "*.cs")
                .Select(file => file.Split('/'))
                .Where(parts => parts.Length > 3)
                .GroupBy(parts => parts[2], parts => string.Join('/', parts));
            foreach (var room in rooms)
            {
                var used = room.SelectMany(file => Using().Matches(Repository.Read(file)))
                    .Select(match => match.Groups[1].Value)
                    .Where(name => name.StartsWith($"{project}.", StringComparison.Ordinal))
                    .Select(name => name[(project!.Length + 1)..].Split('.')[0])
                    .Where(name => name != room.Key);
                Compare(table, $"{project}/{room.Key}", used, faults);
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    private static void Compare(
        Dictionary<string, HashSet<string>> table, string from, IEnumerable<string> uses, List<string> faults)
    {
        if (!table.TryGetValue(from, out var allowed))
        {
            faults.Add($"{from} has no row in ARCHITECTURE.md");
            return;
        }

        var used = uses.ToHashSet(StringComparer.Ordinal);
        faults.AddRange(used.Except(allowed).Select(to => $"{from} uses {to}: not in its row"));
        faults.AddRange(allowed.Except(used).Select(to => $"{from} does not use {to}: its row says so"));
    }

    /// <summary>Rows "| name | other, other |" of the table whose first heading is the given word.</summary>
    private static Dictionary<string, HashSet<string>> Table(string heading) => Repository.Read("ARCHITECTURE.md")
        .Split('\n')
        .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(
            cells => cells[1],
            cells => cells[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(name => name != "–")
                .ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^using (?:static )?([A-Za-z.0-9]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
