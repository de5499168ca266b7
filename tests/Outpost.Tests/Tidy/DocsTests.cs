using System.Text;
using System.Text.RegularExpressions;
using Outpost.App.Commands;
using Outpost.Node.Duties;

namespace Outpost.Tests.Tidy;

/// <summary>Documents that are made from code are fresh. Set OUTPOST_UPDATE_DOCS=1 to write them anew.</summary>
public sealed partial class DocsTests
{
    [Fact]
    public void The_catalogue_of_reasons_is_fresh()
    {
        var text = new StringBuilder("""
            # Reasons

            Every duty that was not done carries exactly one of these reasons. Journal, logs and pages use the code.
            `outpost duties` lists what became of each window, `outpost duties --reason CODE` those that were missed for
            one reason, `outpost duties show ID` tells the whole story of one duty, and `outpost duties explain CODE` says
            what stands here. This page is made from `src/Outpost.Node/Duties/Reason.cs`; the examples are made up, and
            printed by the program.

            | reason | what happened |
            |---|---|

            """);
        foreach (var reason in Reason.All)
        {
            text.Append(null, $"| [`{reason.Code}`](#{reason.Code}) | {reason.Summary} |\n");
        }

        foreach (var reason in Reason.All)
        {
            text.Append(null, $"\n## {reason.Code}\n{reason.Summary}\n\n**What to do.** {reason.Fix}\n\n");
            text.Append(null, $"```text\n{ReasonExamples.Of(reason)}```\n");
        }

        Fresh("docs/reasons.md", text.ToString());
    }

    [Fact]
    public void The_readme_names_only_what_exists()
    {
        var text = Repository.Read("README.md");
        var faults = Link().Matches(text).Select(match => match.Groups[1].Value)
            .Where(path => !Path.Exists(Path.Combine(Repository.Root, path)))
            .Select(path => $"the link {path} leads nowhere")
            .Concat(Command().Matches(text).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)
                .Where(command => !RootHelp.Text.Contains($"\n  {command} ", StringComparison.Ordinal))
                .Select(command => $"there is no command {command}"));
        Assert.True(!faults.Any(), string.Join("\n", faults));
        Assert.Contains("./test", text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Repository.Root, "test")));
    }

    [Fact]
    public void The_glossary_knows_the_words_of_the_code()
    {
        var glossary = Repository.Read("ARCHITECTURE.md");
        var missing = new[] { "duty", "window", "role", "topic", "entrypoint", "endpoint", "lane", "journal", "devnet" }
            .Where(word => !glossary.Contains($"| {word} |", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_reason_is_in_the_catalogue_once()
    {
        var fields = typeof(Reason).GetFields().Select(field => field.GetValue(null)).OfType<Reason>().ToList();
        Assert.Equal(fields, Reason.All);
        Assert.Equal(fields.Count, fields.Select(reason => reason.Code).Distinct(StringComparer.Ordinal).Count());
    }

    private static void Fresh(string path, string text)
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("OUTPOST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == text,
            $"{path} is stale: run OUTPOST_UPDATE_DOCS=1 ./test and commit what it writes.");
    }

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\./outpost ([a-z]+)")]
    private static partial Regex Command();
}
