namespace Outpost.Chains.Evm;

/// <summary>Why a node did not answer a call.</summary>
internal enum EvmRefusalKind
{
    /// <summary>The contract reverted or ran out of gas: the chain's own answer.</summary>
    Reverted,
    /// <summary>Asked too often.</summary>
    RateLimited,
    /// <summary>A search for logs over more blocks than the provider allows.</summary>
    RangeTooWide,
    /// <summary>A search that finds more, or takes longer, than the provider allows.</summary>
    TooMuch,
    /// <summary>More calls in one request than the provider allows.</summary>
    BatchTooLarge,
    /// <summary>The state or the logs of an old block are pruned.</summary>
    MissingState,
    /// <summary>The block is not known, or not yet.</summary>
    UnknownBlock,
    /// <summary>The node has no such method.</summary>
    UnknownMethod,
    /// <summary>The question itself is wrong: every node says so.</summary>
    InvalidParameters,
    /// <summary>Anything else: the node is at fault.</summary>
    NodeFailure,
}

/// <summary>A JSON-RPC error, understood.</summary>
/// <param name="Most">The size that the provider names as allowed; null where it names none.</param>
/// <param name="Data">What a contract reverted with; empty for all else.</param>
internal sealed record EvmRefusal(EvmRefusalKind Kind, string Text, long? Most, byte[] Data);
