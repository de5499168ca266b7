namespace Outpost.Chains;

/// <summary>What went wrong between us and a chain; each kind asks for another answer.</summary>
public enum ChainFault
{
    /// <summary>No connection, DNS failure, reset, or a gateway's 502, 503, 504.</summary>
    Unreachable,
    /// <summary>No answer in time.</summary>
    Timeout,
    /// <summary>HTTP 429, or a provider's own words for it.</summary>
    RateLimited,
    /// <summary>HTTP 401 or 403: the endpoint does not serve us.</summary>
    Forbidden,
    /// <summary>An answer that is not what the protocol says.</summary>
    BadReply,
    /// <summary>The endpoint serves another chain id than the one asked for.</summary>
    WrongChain,
    /// <summary>The endpoint is still catching up.</summary>
    Syncing,
    /// <summary>The endpoint answers from an older block than one that was seen already.</summary>
    Behind,
    /// <summary>The endpoint does not know this query path: another version of the module.</summary>
    UnknownPath,
    /// <summary>The thing asked for does not exist.</summary>
    NotFound,
    /// <summary>The chain understood and refused, with codespace and code.</summary>
    Refused,
}

/// <summary>
/// The one exception of the chain boundary: what was tried, where, and what came back. Never holds a secret.
/// </summary>
public sealed class ChainException(
    ChainFault fault, string operation, Uri? endpoint, string detail, Exception? inner = null)
    : Exception(Text(operation, endpoint, detail), inner)
{
    public ChainFault Fault { get; } = fault;

    /// <summary>The act and its object, such as "query /emissions.v10.QueryService/GetTopic".</summary>
    public string Operation { get; } = operation;

    /// <summary>Null when no single endpoint is to blame.</summary>
    public Uri? Endpoint { get; } = endpoint;

    /// <summary>The ABCI codespace of a refusal; empty otherwise.</summary>
    public string Codespace { get; init; } = "";

    /// <summary>The ABCI code of a refusal, meaningful only with its codespace.</summary>
    public uint Code { get; init; }

    /// <summary>The chain's own words, for a person; no decision reads them.</summary>
    public string Log { get; init; } = detail;

    /// <summary>True when it was not asked at all, since a limit that its user has set was reached.</summary>
    public bool IsOwnLimit { get; init; }

    /// <summary>True when there was more of an answer than is read: less may be asked for.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>How long the endpoint asked us to stay away; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when the same call may succeed at another endpoint or a little later.</summary>
    public bool IsTransient => Fault is ChainFault.Unreachable or ChainFault.Timeout or ChainFault.RateLimited
        or ChainFault.Forbidden or ChainFault.BadReply or ChainFault.Syncing or ChainFault.Behind;

    // Providers put keys into user names, paths and queries, so none of these is shown.
    private static string Text(string operation, Uri? endpoint, string detail) => endpoint is null
        ? $"{operation}: {detail}"
        : $"{operation} at {endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}: {detail}";
}
