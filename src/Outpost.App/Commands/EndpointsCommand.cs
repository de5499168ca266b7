using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.App.Settings;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Rpc;
using Outpost.Node.Control;

namespace Outpost.App.Commands;

/// <summary>outpost endpoints: how the endpoints of the running node are doing, and the way to take one out.</summary>
internal static class EndpointsCommand
{
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan ProbeStep = TimeSpan.FromMilliseconds(50);

    public static Command Build(CommandSurroundings surroundings)
    {
        var config = ConfigOption.Create();
        config.Recursive = true;
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines", Recursive = true };
        var command = new Command("endpoints", """
            Shows how the chain's endpoints are doing, as the node sees them that runs with the journal of this
            configuration on this machine. When none runs, the endpoints are asked once from here.
            Exit code 0: an endpoint works; 1: none does; 2: the configuration or the command line is wrong.
            """)
        {
            HelpWithExamples.Of("""
                outpost endpoints
                outpost endpoints cordon 2 --config node.json
                outpost endpoints cordon https://rpc.example.com
                outpost endpoints uncordon 2
                """),
            config, json,
            Change("cordon", ControlAct.Cordon, """
                Takes an endpoint out of the running node: no reads, no writes, no new websocket.
                Holds until it is put back or the node stops; the configuration is not changed.
                """, config, json, surroundings),
            Change("uncordon", ControlAct.Uncordon, """
                Puts a cordoned endpoint back into use; it is asked who it is first.
                """, config, json, surroundings),
        };
        command.SetAction((parsed, cancellationToken) => ShowAsync(
            parsed.GetValue(config), parsed.GetValue(json), surroundings, cancellationToken));
        return command;
    }

    private static Command Change(
        string name, ControlAct act, string description, Option<string?> config, Option<bool> json,
        CommandSurroundings surroundings)
    {
        var which = new Argument<string>("URL|NUMBER")
        {
            Description = "The endpoint's number in the list, or its URL: all endpoints of that scheme, host and port",
        };
        var command = new Command(name, description) { which };
        command.SetAction((parsed, cancellationToken) => ChangeAsync(
            parsed.GetValue(config), new ControlRequest(act, parsed.GetValue(which)), parsed.GetValue(json),
            surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> ShowAsync(
        string? path, bool asJson, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (ConfigOption.Load(path, surroundings) is not { } configuration)
        {
            return ExitCode.Wrong;
        }

        try
        {
            var reply = await ControlClient.AskAsync(
                configuration.Node.JournalPath, new ControlRequest(ControlAct.Endpoints), surroundings.Time,
                cancellationToken);
            var endpoints = reply?.Endpoints ?? await ProbeAsync(configuration, surroundings, cancellationToken);
            new EndpointsReport(surroundings.Out, asJson).Show(
                configuration.Node.JournalPath, isRunning: reply is not null, endpoints);
            return endpoints.Any(one => one.State is EndpointState.Working) ? ExitCode.Done : ExitCode.Failed;
        }
        catch (IOException problem)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Failed;
        }
    }

    private static async Task<int> ChangeAsync(
        string? path, ControlRequest request, bool asJson, CommandSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        if (ConfigOption.Load(path, surroundings) is not { } configuration)
        {
            return ExitCode.Wrong;
        }

        var journal = configuration.Node.JournalPath;
        try
        {
            var reply = await ControlClient.AskAsync(journal, request, surroundings.Time, cancellationToken);
            var problem = reply is null
                ? $"no node runs with the journal {journal}; a cordon lives only as long as its node"
                : reply.Problem;
            if (reply is null || problem is not null)
            {
                surroundings.Error.WriteLine($"outpost: {problem}");
                return ExitCode.Failed;
            }

            new EndpointsReport(surroundings.Out, asJson).Show(journal, isRunning: true, reply.Endpoints);
            return ExitCode.Done;
        }
        catch (IOException problem)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Asks each once; one that is slow has the time of an attempt.</summary>
    private static async Task<IReadOnlyList<EndpointStatus>> ProbeAsync(
        Configuration configuration, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        await using var cosmos = new CosmosClient(
            configuration.Node.Chain, surroundings.ChainNetwork, surroundings.Time, surroundings.Random,
            NullLoggerFactory.Instance);
        var start = surroundings.Time.GetTimestamp();
        try
        {
            await cosmos.ConnectAsync(cancellationToken);
        }
        catch (ChainException) when (cosmos.Endpoints.All(one => one.Problem is not null))
        {
            // What is wrong stands with each endpoint.
            return cosmos.Endpoints;
        }

        while (cosmos.Endpoints.Any(one => one.State is EndpointState.New or EndpointState.Silent)
            && surroundings.Time.GetElapsedTime(start) < ProbePatience)
        {
            await Task.Delay(ProbeStep, surroundings.Time, cancellationToken);
        }

        return cosmos.Endpoints;
    }
}
