using System.CommandLine;
using Microsoft.Extensions.Logging;
using Outpost.App.Settings;
using Outpost.App.Terminal;
using Outpost.Chains.Keys;
using Outpost.Consensus;
using Outpost.Node.Snapshots;

namespace Outpost.App.Commands;

/// <summary>What outpost run was asked to show.</summary>
internal sealed record RunOptions(TimeSpan? For, bool AsJson, bool IsLive, LogLevel LogLevel, bool LogsJson);

/// <summary>outpost run: serves the topics and the consensus of a configuration until it is stopped.</summary>
internal static class RunCommand
{
    public static Command Build(CommandSurroundings surroundings)
    {
        var config = ConfigOption.Create();
        var limit = DurationOption.Create("--for", "Stop by itself after this time", TimeSpan.FromSeconds(1));
        var json = new Option<bool>("--json") { Description = "One line of JSON about all windows at the end" };
        var view = new Option<bool>("--view") { Description = "A live view instead of log lines, on a terminal" };
        var level = new Option<string>("--log-level")
        {
            Description = "The least level of log lines",
            HelpName = "LEVEL",
            DefaultValueFactory = _ => "info",
        };
        level.AcceptOnlyFromAmong("debug", "info", "warn", "error");
        var format = new Option<string>("--log-format")
        {
            Description = "The form of log lines",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("run", """
            Serves the topics of a configuration: waits for their windows, asks the models, signs, sends, and makes
            sure that each answer was included. Missing coins, registration or a dead endpoint are waited for, with
            one line that says what is missing. Log lines go to stderr, one for each duty's end. Where the
            configuration has a section "consensus", that service runs in the same process. The first Ctrl-C or
            SIGTERM stops gracefully: what is signed is in the journal, and the next start goes on from there.

            Examples:
              outpost run --config samples/configs/testnet.json
              OUTPOST_PASSPHRASE=… outpost run --config node.json --log-format json
            """)
        {
            config, limit, json, view, level, format,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(config),
            new RunOptions(parsed.GetValue(limit), parsed.GetValue(json),
                parsed.GetValue(view) && surroundings.IsInteractive, Level(parsed.GetValue(level)),
                parsed.GetValue(format) == "json"),
            surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string? path, RunOptions options, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (ConfigOption.Load(path, surroundings) is not { } configuration)
        {
            return ExitCode.Wrong;
        }

        AccountKey? key;
        try
        {
            key = configuration.ServesTopics ? AccountKeys.Open(configuration.Key, surroundings) : null;
        }
        catch (AccountKeyException problem)
        {
            surroundings.Error.WriteLine($"{configuration.File}: key: {problem.Message}");
            return ExitCode.Wrong;
        }

        using (key)
        {
            return await ServeAsync(configuration, key, options, surroundings, cancellationToken);
        }
    }

    private static async Task<int> ServeAsync(
        Configuration configuration, AccountKey? key, RunOptions options, CommandSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        var least = options.IsLive && surroundings.IsErrorInteractive ? LogLevel.None : options.LogLevel;
        using var loggers = LineLoggers.Create(surroundings.Error, options.LogsJson, surroundings.Time, least);
        foreach (var note in configuration.Notes.Where(note => note.Kind == NoteKind.Warning && !options.LogsJson))
        {
            surroundings.Error.WriteLine($"{configuration.File}: {note}");
        }

        try
        {
            var tally = await new RunSession(configuration, key, options, surroundings, loggers)
                .RunAsync(cancellationToken);
            return tally is null ? ExitCode.Done
                : DemoCommand.Tell(tally, options.AsJson || options.For is not null, options.AsJson, surroundings);
        }
        catch (Exception problem)
            when (problem is Node.Journal.JournalException or ConsensusException or ProjectException)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Failed;
        }
    }

    private static LogLevel Level(string? word) => word switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };
}
