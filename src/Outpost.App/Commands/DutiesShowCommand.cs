using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.App.Commands;

/// <summary>outpost duties show: the whole story of one duty.</summary>
internal static class DutiesShowCommand
{
    private const int NearOnes = 3;
    private const int CompletedOnes = 50;

    private const string Examples = """
        outpost duties show inferer/1/5024
        outpost duties show reputer/1/5024 --config node.json --json
        """;

    public static Command Build(Option<string?> config, CommandSurroundings surroundings)
    {
        var id = new Argument<DutyId>("ID")
        {
            Description = "role/topic/nonce, such as inferer/1/5024",
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
                if (Parse(text) is { } known)
                {
                    return known;
                }

                result.AddError($"\"{text}\" is no duty; write role/topic/nonce, such as inferer/1/5024 "
                    + "('outpost duties' lists them)");
                return null!;
            },
        };
        id.CompletionSources.Add(context => Newest(context.ParseResult.GetValue(config), surroundings));
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        var command = new Command("show", """
            Tells the whole story of one duty: what happened and when, its transactions and where they went, what it
            came to, and what to do about a miss.
            Exit code 0: done; 1: no such duty, or no journal; 2: the configuration or the command line is wrong.
            """)
        {
            id, json,
        };
        command.Options.Add(HelpWithExamples.Of(Examples));
        command.SetAction(parsed => Show(
            parsed.GetValue(config), parsed.GetRequiredValue(id), parsed.GetValue(json), surroundings));
        return command;
    }

    private static int Show(string? config, DutyId id, bool asJson, CommandSurroundings surroundings) =>
        DutiesCommand.WithJournal(config, surroundings, journal =>
        {
            if (journal.Find(id) is not { } duty)
            {
                var near = journal.Near(id, NearOnes);
                surroundings.Error.WriteLine($"outpost: the journal has no duty {id}; "
                    + (near.Count == 0 ? "it is empty" : $"near it are {string.Join(", ", near)}"));
                return ExitCode.Failed;
            }

            if (asJson)
            {
                DutiesJson.WriteOne(duty, journal.Attempts(id), journal.Story(id), surroundings.Out);
            }
            else
            {
                DutiesStory.Write(duty, journal.Attempts(id), journal.Story(id), surroundings.Out);
            }

            return ExitCode.Done;
        });

    /// <summary>For the completion of a shell, which shows no errors.</summary>
    private static List<CompletionItem> Newest(string? config, CommandSurroundings surroundings)
    {
        var silent = surroundings with { Error = TextWriter.Null };
        List<CompletionItem> newest = [];
        DutiesCommand.WithJournal(config, silent, journal =>
        {
            newest.AddRange(journal.Duties(new DutyFilter(), CompletedOnes)
                .Select(duty => new CompletionItem(duty.Duty.Id.ToString())));
            return ExitCode.Done;
        });
        return newest;
    }

    private static DutyId? Parse(string text) =>
        text.Split('/') is [var role, var topic, var nonce]
        && Enum.TryParse<Role>(role, ignoreCase: true, out var known) && Enum.IsDefined(known)
        && ulong.TryParse(topic, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(nonce, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            ? new DutyId(known, new TopicId(number), new Height(height))
            : null;
}
