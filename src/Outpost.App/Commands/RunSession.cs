using Microsoft.Extensions.Logging;
using Outpost.App.Settings;
using Outpost.App.Terminal;
using Outpost.Chains.Keys;
using Outpost.Consensus.Service;
using Outpost.Consensus.Store;
using Outpost.Node;
using Outpost.Node.Snapshots;
using Outpost.Node.Status;

namespace Outpost.App.Commands;

/// <summary>
/// What one configuration asks for in one process: a node, a consensus service, a snapshotter, or several of them, with
/// one stop, one set of log lines, and one health.
/// </summary>
internal sealed partial class RunSession(
    Configuration configuration, AccountKey? key, RunOptions options, CommandSurroundings surroundings,
    ILoggerFactory loggers)
{
    private const string WhatYouSee =
        "blue fills up until a topic's window opens, yellow and green run out with it; the green bar on the right is "
        + "how much of the window was left when the answer was in a block. Ctrl-C stops gracefully.";

    private readonly ILogger _logger = loggers.CreateLogger<RunSession>();

    /// <summary>
    /// Runs until cancelled, until its time is over, or until one of them ends, which ends the other; throws what one
    /// of them threw.
    /// </summary>
    /// <returns>What became of the windows; null where no topic is served.</returns>
    public async Task<WindowTally?> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var host = key is null ? null : new NodeHost(configuration.Node, key, surroundings.ForNode(loggers));
        var node = host is null ? WaitAsync(ending.Token) : ServeAsync(host, ending.Token);
        List<Task> tasks = [node];
        if (configuration.Consensus is { } consensus)
        {
            tasks.Add(new ConsensusRun(consensus, surroundings, loggers).RunAsync(
                service => Announce(consensus, service, host), ending.Token));
        }

        if (configuration.Snapshots is { } snapshots)
        {
            tasks.Add(SnapshotAsync(snapshots, ending.Token));
        }

        await Task.WhenAny(tasks);
        await ending.CancelAsync();
        await Task.WhenAll(tasks);
        return await node;
    }

    private async Task<WindowTally?> ServeAsync(NodeHost host, CancellationToken cancellationToken)
    {
        INodeScreen screen = options.IsLive
            ? new LiveScreen(surroundings.Out, "Outpost", WhatYouSee)
            : new QuietScreen();
        return await new NodeSession(host, screen, surroundings.Time).RunAsync(options.For, cancellationToken);
    }

    private async Task SnapshotAsync(SnapshotConfiguration snapshots, CancellationToken cancellationToken)
    {
        await using var loaded = await LoadedProjects.LoadAsync(
            snapshots.Projects, snapshots.Namespace, snapshots.Aggregates);
        var options = snapshots.Options with { Projects = loaded.All, Aggregates = loaded.Aggregates };
        await new SnapshotHost(options, surroundings.ForNode(loggers)).RunAsync(cancellationToken);
    }

    private async Task<WindowTally?> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.For ?? Timeout.InfiniteTimeSpan, surroundings.Time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return null;
    }

    private void Announce(ConsensusConfiguration consensus, ConsensusHost service, NodeHost? host)
    {
        service.OtherHealth = () => host is null ? [] : HealthOf(host.Status);
        Listening(
            service.Address.ToString().TrimEnd('/'), ConsensusStore.NameOf(consensus.Options.Store),
            service.Key.ToString());
        foreach (var stream in consensus.Streams.Where(stream => stream.Endpoints.Count == 0))
        {
            ReleasesNothing(stream.Stream.ChainId);
        }
    }

    /// <summary>What the node waits for, and the topics that wait for a person.</summary>
    private static IEnumerable<(string Code, string Text)> HealthOf(NodeStatus status)
    {
        if (!status.IsWatching)
        {
            yield return ("node", status.Line);
        }

        foreach (var topic in status.Topics.Where(topic => topic.Phase == TopicPhase.Blocked))
        {
            yield return ("topic", $"Topic {topic.Topic}: {topic.Line}");
        }
    }

    [LoggerMessage(LogLevel.Information,
        "Consensus listens at {Address}; its store is {Store}; verdicts are signed by {Key}")]
    private partial void Listening(string address, string store, string key);

    [LoggerMessage(LogLevel.Warning,
        "No endpoint of chain {ChainId} is named (consensus.streams[].endpoints), so no epoch of it is released here")]
    private partial void ReleasesNothing(long chainId);
}
