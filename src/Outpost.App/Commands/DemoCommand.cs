using System.CommandLine;
using Microsoft.Extensions.Logging;
using Outpost.App.Demo;
using Outpost.App.Settings;
using Outpost.App.Terminal;
using Outpost.Node;

namespace Outpost.App.Commands;

/// <summary>outpost demo: a chain, a model and a node in one process, and a view of what they do.</summary>
internal static class DemoCommand
{
    private const string WhatYouSee =
        "each topic opens a window every 12 blocks and keeps it open for 6. The node sees it open, asks the model for "
        + "that block, signs the answer, sends it, and looks for it in the chain's blocks. The green bar is how much "
        + "of the window was still left then. In topic 1 the account also forecasts and reputes, beside two "
        + "neighbours: when a block's truth is known and its losses are settled, the chain scores and pays. "
        + "Ctrl-C ends.";

    private static readonly TimeSpan DefaultBlockTime = TimeSpan.FromMilliseconds(500);

    public static Command Build(CommandSurroundings surroundings)
    {
        var limit = DurationOption.Create("--for", "End by itself after this time", TimeSpan.FromSeconds(1));
        var json = new Option<bool>("--json") { Description = "Print nothing but one line of JSON at the end" };
        var topics = new Option<int>("--topics")
        {
            Description = "How many topics the chain has",
            HelpName = "N",
            DefaultValueFactory = _ => 3,
        };
        topics.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 500)
            {
                result.AddError("--topics: write a number from 1 to 500");
            }
        });
        var blockTime = DurationOption.Create(
            "--block-time", "Time between two blocks [default: 500ms]", TimeSpan.FromMilliseconds(20));
        var seed = new Option<int?>("--seed") { Description = "Repeat the chances of another demo", HelpName = "N" };
        var command = new Command("demo", """
            Starts an Allora chain, a sample model and a node in this one process, with a throw-away account, and
            shows windows open, answers being sent and included. Touches no network and leaves nothing behind.
            With --for or --json the exit code is 0 only if no window was missed and at least one was included.

            Examples:
              outpost demo
              outpost demo --topics 20 --block-time 200ms
              outpost demo --for 60s --json
            """)
        {
            limit, json, topics, blockTime, seed,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new DemoOptions(parsed.GetValue(topics), parsed.GetValue(blockTime) ?? DefaultBlockTime,
                parsed.GetValue(seed)),
            parsed.GetValue(limit), parsed.GetValue(json), surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        DemoOptions options, TimeSpan? limit, bool asJson, CommandSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        var isLive = !asJson && surroundings.IsInteractive;
        // Log lines would tear the view; what goes wrong is seen in it.
        var least = isLive && surroundings.IsErrorInteractive ? LogLevel.None : LogLevel.Error;
        using var loggers = LineLoggers.Create(surroundings.Error, asJson: false, surroundings.Time, least);
        var around = surroundings.ForNode(loggers);
        try
        {
            await using var world = await DemoWorld.StartAsync(options, around, cancellationToken);
            INodeScreen screen = asJson ? new QuietScreen()
                : isLive ? new LiveScreen(
                    surroundings.Out, "Outpost demo", WhatYouSee, DemoEarningsView.Of(world.Earnings))
                : new PlainScreen(surroundings.Out, world.Earnings.TakeNews);
            if (!asJson && !isLive)
            {
                surroundings.Out.WriteLine($"demo with {options.Topics} topics, a block every "
                    + $"{DurationText.Format(options.BlockTime)}, account {world.Key.Address}");
            }

            var host = new NodeHost(world.NodeOptions, world.Key, around);
            var tally = await new NodeSession(host, screen, surroundings.Time).RunAsync(limit, cancellationToken);
            var exit = Tell(tally, isJudged: asJson || limit is not null, asJson, surroundings);
            foreach (var line in asJson ? [] : world.Earnings.Summary())
            {
                surroundings.Out.WriteLine(line);
            }

            return exit;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped while it was still starting: there is nothing to tell.
            return ExitCode.Done;
        }
    }

    /// <summary>The closing words, and the exit code that they come to.</summary>
    internal static int Tell(WindowTally tally, bool isJudged, bool asJson, CommandSurroundings surroundings)
    {
        foreach (var line in asJson ? [tally.ToJson()] : tally.Summary())
        {
            surroundings.Out.WriteLine(line);
        }

        return !isJudged || (tally.Missed == 0 && tally.Included > 0) ? ExitCode.Done : ExitCode.Missed;
    }
}
