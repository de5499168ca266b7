namespace Outpost.Chains.Rpc;

/// <summary>
/// One endpoint of any chain's node, as far as choosing among endpoints needs to know it. Every call is one attempt
/// with one time limit and throws <see cref="ChainException"/> and nothing else.
/// </summary>
internal interface INodeTransport
{
    Uri Url { get; }

    /// <summary>The protocol: rpc, lcd, grpc or evm.</summary>
    string Kind { get; }

    /// <summary>The same endpoint, whose answers tell their heights to this listener.</summary>
    INodeTransport Telling(HeightsTold heights);

    Task<NodeHead> HeadAsync(CancellationToken cancellationToken);
}

/// <summary>The newest block of one node, and whether the node is still catching up.</summary>
internal sealed record NodeHead(string ChainId, long Height, DateTimeOffset Time, bool IsSyncing);
