using System.CommandLine;
using Microsoft.Extensions.Logging;
using Outpost.App.Settings;
using Outpost.App.Terminal;
using Outpost.Consensus;
using Outpost.Consensus.Service;

namespace Outpost.App.Commands;

/// <summary>outpost consensus: releases epochs, takes the snapshots of many nodes, and finalizes them.</summary>
internal static class ConsensusCommand
{
    public static Command Build(CommandSurroundings surroundings)
    {
        var config = ConfigFile();
        config.Recursive = true;
        var head = new Option<bool>("--simulate-head")
        {
            Description = "Follow no chain: a block each blockTime, from beginBlock on; for trials and load tests",
        };
        var json = new Option<bool>("--json") { Description = "One JSON line when ready, nothing else" };
        var command = new Command("consensus", """
            Takes the snapshots of many nodes for each epoch, and finalizes what they agree on. A vote is answered when
            it is on disk; windows end in time after a restart too. Reads its own form and settings.json of Powerloom's
            offchain-consensus. Ctrl-C or SIGTERM stops gracefully.
            """)
        {
            HelpWithExamples.Of("""
                outpost consensus --config consensus.json
                outpost consensus --config settings/settings.json
                outpost consensus --simulate-head
                outpost consensus backup ~/consensus-2026-11-21.db
                """),
            config, head, json,
            ConsensusBackup.BuildBackup(config, surroundings), ConsensusBackup.BuildRestore(config, surroundings),
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(config), parsed.GetValue(head), parsed.GetValue(json), surroundings, cancellationToken));
        return command;
    }

    /// <summary>The --config option of all commands around the consensus service.</summary>
    internal static Option<string?> ConfigFile() => new("--config", "-c")
    {
        HelpName = "FILE",
        Description = "The configuration: Outpost's own form, settings.json of Powerloom's offchain-consensus, or a "
            + "node's with a section \"consensus\"; by default $OUTPOST_CONSENSUS_CONFIG, consensus.json or "
            + "outpost.json",
    };

    /// <summary>Null when the configuration is wrong; all that is wrong was then printed, one line each.</summary>
    internal static ConsensusConfiguration? Load(string? path, CommandSurroundings surroundings)
    {
        var result = ConsensusFile.Load(path, surroundings.ForSettings);
        foreach (var problem in result.Problems)
        {
            surroundings.Error.WriteLine(problem);
        }

        return result.Configuration;
    }

    private static async Task<int> RunAsync(
        string? path, bool simulatesHead, bool asJson, CommandSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        if (Load(path, surroundings) is not { } configuration)
        {
            return ExitCode.Wrong;
        }

        using var loggers = LineLoggers.Create(surroundings.Error, asJson: false, surroundings.Time, LogLevel.Warning);
        try
        {
            var run = new ConsensusRun(configuration, surroundings, loggers) { SimulatesHead = simulatesHead };
            await run.RunAsync(
                host => Announce(configuration, host, simulatesHead, asJson, surroundings), cancellationToken);
            return ExitCode.Done;
        }
        catch (ConsensusException problem)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Failed;
        }
    }

    private static void Announce(
        ConsensusConfiguration configuration, ConsensusHost host, bool simulatesHead, bool asJson,
        CommandSurroundings surroundings)
    {
        foreach (var note in configuration.Notes.Where(note => note.Kind != NoteKind.Default && !asJson))
        {
            surroundings.Error.WriteLine($"{configuration.File}: {note}");
        }

        foreach (var line in asJson
            ? [ConsensusWords.Json(configuration, host)]
            : ConsensusWords.Lines(configuration, host, simulatesHead))
        {
            surroundings.Out.WriteLine(line);
        }

        surroundings.Out.Flush();
    }
}
