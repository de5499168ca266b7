namespace Outpost.Chains.Cosmos;

/// <summary>The protocol an endpoint speaks.</summary>
public enum EndpointKind
{
    /// <summary>CometBFT RPC with websocket: serves everything.</summary>
    Rpc,
    /// <summary>The REST gateway, also called LCD or API.</summary>
    Lcd,
    /// <summary>gRPC; https for TLS, http for plaintext HTTP/2.</summary>
    Grpc,
}

/// <summary>One URL of a chain node.</summary>
public sealed record EndpointOptions(EndpointKind Kind, Uri Url);

/// <summary>Where a chain is reached.</summary>
public sealed record CosmosOptions
{
    /// <summary>In the order of preference; at least one.</summary>
    public required IReadOnlyList<EndpointOptions> Endpoints { get; init; }

    /// <summary>The chain id that every endpoint must serve; null: the first endpoint's answer counts.</summary>
    public string? ChainId { get; init; }

    /// <summary>The coin that pays fees.</summary>
    public string Denom { get; init; } = "uallo";

    /// <summary>How long one attempt at one endpoint may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
