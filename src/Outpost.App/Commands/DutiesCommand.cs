using System.CommandLine;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.App.Commands;

/// <summary>outpost duties: what became of each window, out of the journal.</summary>
internal static class DutiesCommand
{
    private const int ListedByDefault = 20;

    private const string Examples = """
        outpost duties                                        the last 20 of ./outpost.json's journal
        outpost duties --config node.json --since 24h --last 1000
        outpost duties --topic 1 --outcome missed
        outpost duties --role reputer --since 168h
        outpost duties --reason out-of-funds --json
        outpost duties show inferer/1/5024                    the whole story of one window
        outpost duties explain out-of-funds
        """;

    public static Command Build(CommandSurroundings surroundings)
    {
        var config = ConfigOption.Create();
        config.Recursive = true;
        var topic = new Option<ulong?>("--topic") { HelpName = "N", Description = "Only those of this topic" };
        var role = new Option<string?>("--role")
        {
            HelpName = "inferer|forecaster|reputer",
            Description = "Only those of this role; a forecast beside an inference is in the inferer's duty",
        };
        role.AcceptOnlyFromAmong("inferer", "forecaster", "reputer");
        var reason = DutiesReason.Option();
        var outcome = new Option<string?>("--outcome")
        {
            HelpName = "included|missed|open",
            Description = "Only those that ended so, or have not ended",
        };
        outcome.AcceptOnlyFromAmong("included", "missed", "open");
        var since = DurationOption.Create(
            "--since", "Only those that opened within this time, such as 2h", TimeSpan.FromSeconds(1));
        var last = new Option<int>("--last")
        {
            HelpName = "N",
            Description = "How many are listed; the sum counts all",
            DefaultValueFactory = _ => ListedByDefault,
        };
        last.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var count) || count < 1))
            {
                result.AddError($"--last: \"{result.Tokens[0].Value}\" is not a number from 1 up");
            }
        });
        var json = new Option<bool>("--json") { Description = "One JSON object a line; the last one is the sum" };
        var command = new Command("duties", """
            Lists what became of each window, newest first, out of the journal of a configuration, and sums it up. The
            journal is only read, and a node may be running with it.
            Exit code 0: done; 1: there is no journal, or it cannot be read; 2: the configuration or the command line is
            wrong.
            """)
        {
            config, role, topic, reason, outcome, since, last, json,
            DutiesShowCommand.Build(config, surroundings), DutiesExplainCommand.Build(surroundings),
        };
        command.Options.Add(HelpWithExamples.Of(Examples));
        command.SetAction(parsed => List(
            parsed.GetValue(config),
            new DutyFilter(
                parsed.GetValue(topic) is { } number ? new TopicId(number) : null, parsed.GetValue(reason),
                State(parsed.GetValue(outcome)), surroundings.Time.GetUtcNow() - parsed.GetValue(since),
                parsed.GetValue(role) is { } name ? Enum.Parse<Role>(name, ignoreCase: true) : null),
            parsed.GetValue(last), parsed.GetValue(json), surroundings));
        return command;
    }

    /// <summary>Opens the journal that a configuration names, does something with it, and tells what fails.</summary>
    public static int WithJournal(string? config, CommandSurroundings surroundings, Func<JournalReader, int> use)
    {
        if (ConfigOption.Load(config, surroundings) is not { } configuration)
        {
            return ExitCode.Wrong;
        }

        try
        {
            using var journal = JournalReader.Open(configuration.Node.JournalPath);
            return use(journal);
        }
        catch (JournalException problem)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Failed;
        }
    }

    private static int List(
        string? config, DutyFilter filter, int most, bool asJson, CommandSurroundings surroundings) =>
        WithJournal(config, surroundings, journal =>
        {
            var duties = journal.Duties(filter, most);
            var tally = journal.Tally(filter);
            if (asJson)
            {
                DutiesJson.WriteList(duties, tally, surroundings.Out);
            }
            else
            {
                DutiesTable.Write(duties, tally, surroundings.Out);
            }

            return ExitCode.Done;
        });

    private static DutyState? State(string? outcome) => outcome switch
    {
        "included" => DutyState.Included,
        "missed" => DutyState.Missed,
        "open" => DutyState.Open,
        _ => null,
    };
}
