namespace Outpost.Chains.Rpc;

/// <summary>What an endpoint is good for at the moment.</summary>
public enum EndpointState
{
    /// <summary>Nothing is known of it yet; it is asked who it is before it is asked anything else.</summary>
    New,
    /// <summary>It serves our chain and answers.</summary>
    Working,
    /// <summary>It had not answered when another one had; left until it has answered a look.</summary>
    Silent,
    /// <summary>It answers from an older block than one that was seen already.</summary>
    Behind,
    /// <summary>It is still catching up with its chain, by its own word.</summary>
    Syncing,
    /// <summary>It serves another chain.</summary>
    WrongChain,
    /// <summary>It answers that it is asked too often (HTTP 429).</summary>
    RateLimited,
    /// <summary>It does not serve us (HTTP 401, 403).</summary>
    Forbidden,
    /// <summary>Its answers are not what the protocol says.</summary>
    Faulty,
    /// <summary>No connection, or no answer in time.</summary>
    Unreachable,
    /// <summary>Taken out by its user: it gets no reads, no writes and no websocket.</summary>
    Cordoned,
}
