using System.Runtime.CompilerServices;
using Outpost.App.Settings;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Node;
using Outpost.Node.Snapshots;

namespace Outpost.App.Checks;

/// <summary>What a snapshotter's configuration says, and whether the world agrees with it.</summary>
internal sealed class SnapshotProbe(SnapshotConfiguration snapshots, NodeSurroundings surroundings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The configuration in words, for a person to compare with what was meant.</summary>
    public static IEnumerable<(string Subject, string Text)> Understanding(SnapshotConfiguration snapshots)
    {
        var options = snapshots.Options;
        yield return ("snapshots", $"chain {options.Chain.ChainId?.ToString() ?? "of the first endpoint"}, "
            + string.Join(", ", options.Chain.Endpoints.Select(one => ConsensusUnderstanding.Shown(one.Url))));
        yield return ("snapshots", options.Consensus is { } consensus
            ? $"epochs and verdicts of {ConsensusUnderstanding.Shown(consensus.Url)}"
            : $"no consensus service: epochs of {options.Cut.Size} blocks, {options.Cut.HeadOffset} behind the head");
        foreach (var project in snapshots.Projects)
        {
            yield return ("project", $"{project.Type} on {project.Contracts.Count} contracts, namespace "
                + $"{snapshots.Namespace}, by {project.Processor.TypeName ?? project.Processor.Path}");
        }

        foreach (var aggregate in snapshots.Aggregates)
        {
            yield return (
                "aggregate", $"{aggregate.Type}, by {aggregate.Processor.TypeName ?? aggregate.Processor.Path}");
        }

        if (options.Listen is { } listen)
        {
            yield return ("snapshots", $"read over HTTP at {listen}");
        }
    }

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await ProcessorsAsync();
        foreach (var endpoint in snapshots.Options.Chain.Endpoints)
        {
            yield return await EndpointAsync(endpoint, cancellationToken);
        }

        if (snapshots.Options.Consensus is { } consensus)
        {
            yield return await ConsensusAsync(consensus, cancellationToken);
        }
    }

    private async Task<Finding> ProcessorsAsync()
    {
        try
        {
            await using var loaded = await LoadedProjects.LoadAsync(
                snapshots.Projects, snapshots.Namespace, snapshots.Aggregates);
            return new Finding(Grade.Ok, "projects",
                $"{loaded.All.Count}, and {loaded.Aggregates.Count} aggregates; their processors are there");
        }
        catch (ProjectException problem)
        {
            return new Finding(Grade.Fail, "projects", problem.Message, "correct module and class of the project");
        }
    }

    private async Task<Finding> EndpointAsync(EvmEndpointOptions endpoint, CancellationToken cancellationToken)
    {
        var subject = ConsensusUnderstanding.Shown(endpoint.Url);
        try
        {
            await using var client = new EvmClient(
                snapshots.Options.Chain with { Endpoints = [endpoint] }, surroundings.ChainNetwork, surroundings.Time,
                surroundings.Random, surroundings.Loggers);
            var head = await Bounded(async token =>
            {
                await client.ConnectAsync(token);
                return await client.HeadAsync(token);
            }, cancellationToken);
            return new Finding(Grade.Ok, subject, $"chain {client.ChainId}, block {head.Number}");
        }
        catch (Exception fault) when (fault is ChainException or TimeoutException)
        {
            return new Finding(Grade.Fail, subject, fault.Message, "check the address, or name another endpoint");
        }
    }

    private async Task<Finding> ConsensusAsync(ConsensusAccess access, CancellationToken cancellationToken)
    {
        var subject = ConsensusUnderstanding.Shown(access.Url);
        try
        {
            using var client = new ConsensusClient(access, surroundings.ModelNetwork, surroundings.Time);
            var epoch = await Bounded(client.CurrentEpochAsync, cancellationToken);
            return epoch is { } newest
                ? new Finding(Grade.Ok, subject, $"the newest epoch is {newest}")
                : new Finding(Grade.Warn, subject, "no epoch was released yet", "look at the consensus service");
        }
        catch (Exception fault) when (fault is ConsensusCallException or TimeoutException)
        {
            return new Finding(Grade.Fail, subject, fault.Message, "check the address of the consensus service");
        }
    }

    /// <summary>Nothing keeps a person waiting longer.</summary>
    private async Task<T> Bounded<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await ask(either.Token).WaitAsync(Patience, surroundings.Time, cancellationToken);
        }
        finally
        {
            await either.CancelAsync();
        }
    }
}
