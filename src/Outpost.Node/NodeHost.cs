#pragma warning disable CS9113 // until the parameters are read
using Microsoft.Extensions.Logging;
using Outpost.Chains.Keys;
using Outpost.Node.Status;

namespace Outpost.Node;

/// <summary>What the world gives to a node: the network, time, chance and a place for log lines.</summary>
public sealed record NodeSurroundings(
    HttpMessageHandler ChainNetwork, HttpMessageHandler ModelNetwork, TimeProvider Time, Random Random,
    ILoggerFactory Loggers);

/// <summary>One node: builds its rooms, runs them until it is told to stop, and shows what they do.</summary>
public sealed class NodeHost(NodeOptions options, AccountKey key, NodeSurroundings surroundings)
{
    /// <summary>The newest picture of the node; cheap, and safe to read from any thread.</summary>
    public NodeStatus Status => throw new NotImplementedException();

    /// <summary>
    /// Runs until cancelled. On cancellation it takes no new duties and returns when what is being signed or sent
    /// stands in the journal. Throws only what no waiting can mend (a journal that cannot be opened).
    /// </summary>
    public Task RunAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
