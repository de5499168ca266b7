using Outpost.Chains.Rpc;

namespace Outpost.Chains.Evm;

/// <summary>One URL of an EVM chain's node.</summary>
/// <param name="Url">JSON-RPC over HTTP.</param>
public sealed record EvmEndpointOptions(Uri Url)
{
    /// <summary>The same node's websocket, which tells of new blocks; null: it is asked for them.</summary>
    public Uri? Socket { get; init; }

    /// <summary>HTTP requests that it may get, such as 300/minute; null: no limit is set.</summary>
    public RateLimitText? Limit { get; init; }

    /// <summary>The same as requests a second; both hold where both are given.</summary>
    public double? RequestsPerSecond { get; init; }
}

/// <summary>Where an EVM chain is reached.</summary>
public sealed record EvmOptions
{
    /// <summary>
    /// In the order of preference; at least one. Archive nodes stand last: they are asked for what others have
    /// forgotten.
    /// </summary>
    public required IReadOnlyList<EvmEndpointOptions> Endpoints { get; init; }

    /// <summary>The chain id that every endpoint must serve; null: the first endpoint's answer counts.</summary>
    public long? ChainId { get; init; }

    /// <summary>How long one attempt at one endpoint may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most calls in one request; endpoints that refuse as many get fewer.</summary>
    public int BatchCalls { get; init; } = 100;

    /// <summary>The most blocks in one search for logs; endpoints that refuse as many get fewer.</summary>
    public int LogBlocks { get; init; } = 10_000;

    /// <summary>
    /// The first block in which Multicall3 exists on this chain; null: it is not used. On Ethereum 14,353,601.
    /// </summary>
    public long? MulticallFrom { get; init; }
}
