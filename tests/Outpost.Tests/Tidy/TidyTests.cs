using System.Text.RegularExpressions;

namespace Outpost.Tests.Tidy;

public sealed partial class TidyTests
{
    private const int LongestSource = 300;
    private const int LongestTest = 500;
    private const int LongestLine = 120;

    // Tables of cases and sentences that a message must hold read better on one line.
    private const int LongestTestLine = 150;

    private static readonly string[] ForbiddenFolders =
    [
        "Common", "Core", "Shared", "Helpers", "Utils", "Utilities", "Managers", "Services", "Models", "Interfaces",
        "Abstractions", "Infrastructure",
    ];

    private static readonly string[] SourceFolders = ["src", "modules", "tests", "samples", "bench"];

    [Fact]
    public void Files_are_short_enough_to_be_read()
    {
        var faults = Sources()
            .Select(file => (file, lines: Repository.Read(file).AsSpan().TrimEnd().Count('\n') + 1))
            .Where(item => item.lines > (IsTest(item.file) ? LongestTest : LongestSource))
            .Select(item => $"{item.file} has {item.lines} lines");
        None(faults);
    }

    [Fact]
    public void Lines_fit_a_screen()
    {
        var faults = Sources().SelectMany(file => Repository.Read(file).Split('\n')
            .Select((line, index) => (line, number: index + 1))
            .Where(item => item.line.Length > LongestLineOf(file) && !item.line.Contains("://", StringComparison.Ordinal))
            .Select(item => $"{file}:{item.number} has {item.line.Length} characters"));
        None(faults);
    }

    [Fact]
    public void Types_are_named_for_what_they_are() => None(Sources()
        .SelectMany(file => ForbiddenName().Matches(Repository.Read(file)).Select(match => $"{file}: {match.Value}")));

    [Fact]
    public void Folders_are_named_for_what_is_in_them() => None(Sources()
        .Where(file => file.Split('/').Any(ForbiddenFolders.Contains)));

    [Fact]
    public void Nothing_is_left_for_later() => None(Repository.Files("src", "*.cs").Concat(Repository.Files("modules", "*.cs"))
        .SelectMany(file => Unfinished().Matches(Repository.Read(file)).Select(match => $"{file}: {match.Value}")));

    [Fact]
    public void A_pragma_says_why() => None(Sources()
        .SelectMany(file => Repository.Read(file).Split('\n')
            .Where(line => line.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal)
                && !line.Contains("//", StringComparison.Ordinal))
            .Select(line => $"{file}: {line.Trim()}")));

    private static bool IsTest(string file) => file.StartsWith("tests/", StringComparison.Ordinal);

    private static int LongestLineOf(string file) => IsTest(file) ? LongestTestLine : LongestLine;

    private static IEnumerable<string> Sources() => SourceFolders
        .SelectMany(folder => Repository.Files(folder, "*.cs"));

    private static void None(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join("\n", all));
    }

    [GeneratedRegex(@"\b(?:class|record|struct|interface) \w+(?:Manager|Helper|Util|Wrapper|Impl|Base)\b")]
    private static partial Regex ForbiddenName();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();
}
