namespace Outpost.Devnet.Faults;

/// <summary>
/// The catalogue of what can go wrong on an EVM devnet: some of it as on Allora's, and what only such chains do.
/// </summary>
public static class EvmFaultKinds
{
    public static readonly FaultKind RpcBatchLimit = new("rpc-batch-limit",
        "A request with more calls than this is refused.", "calls", 20);

    public static readonly FaultKind RpcLogBlocks = new("rpc-log-blocks",
        "A search for logs over more blocks than this is refused.", "blocks", 100);

    public static readonly FaultKind RpcLogLimit = new("rpc-log-limit",
        "A search that finds more logs than this is refused.", "logs", 100);

    public static readonly FaultKind RpcRateLimit = new("rpc-rate-limit",
        "Requests beyond this many in a second are answered with HTTP 429.", "requests", 10);

    public static readonly FaultKind RpcPrunes = new("rpc-prunes",
        "The node has forgotten what contracts held more than this many blocks ago.", "blocks", 128);

    public static readonly FaultKind RpcShuffles = new("rpc-shuffles",
        "Replies to a batch come in another order.");

    public static readonly FaultKind RpcOwnBranch = new("rpc-own-branch",
        "The newest blocks, this many, and all that follow are the node's own; they hang together.", "blocks", 5);

    public static readonly FaultKind RpcFalseLogs = new("rpc-false-logs",
        "One log in each answer has data that was never emitted.");

    public static readonly FaultKind RpcMissingLogs = new("rpc-missing-logs", "Searches for logs find nothing.");

    public static readonly FaultKind RpcOtherBlock = new("rpc-other-block",
        "What is asked of a block is answered from the one before it.");

    public static readonly FaultKind RpcNullHeaders = new("rpc-null-headers",
        "The node says of every block that there is none.");

    public static readonly FaultKind ChainReorganises = new("chain-reorganises",
        "The next block comes on another branch: this many blocks are left, as many and one take their place.",
        "blocks", 3);

    public static readonly FaultKind ChainRollsBack = new("chain-rolls-back",
        "In place of the next block this many blocks are left, and the chain goes on from there.", "blocks", 3);

    /// <summary>The catalogue, in the order in which it is listed.</summary>
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        FaultKind.RpcRefuses, FaultKind.RpcStalls, FaultKind.RpcTooManyRequests, FaultKind.RpcBadGateway,
        FaultKind.RpcGarbage, FaultKind.RpcSyncing, FaultKind.RpcBehind, FaultKind.RpcWrongChain,
        FaultKind.RpcSilentSocket, FaultKind.RpcClosesSocket,
        RpcBatchLimit, RpcLogBlocks, RpcLogLimit, RpcRateLimit, RpcPrunes, RpcShuffles,
        RpcOwnBranch, RpcFalseLogs, RpcMissingLogs, RpcOtherBlock, RpcNullHeaders,
        FaultKind.ChainHalts, FaultKind.ChainJumps, FaultKind.ChainSlows, ChainReorganises, ChainRollsBack,
    ];
}
