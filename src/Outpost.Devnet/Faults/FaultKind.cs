namespace Outpost.Devnet.Faults;

/// <summary>The closed catalogue of what can go wrong on a devnet at will.</summary>
/// <param name="Name">Stable name, lower case with dashes.</param>
/// <param name="Summary">What happens, one sentence.</param>
/// <param name="AmountUnit">What the amount counts; empty when the fault has none.</param>
/// <param name="DefaultAmount">The amount where none is given.</param>
public sealed record FaultKind(string Name, string Summary, string AmountUnit = "", decimal DefaultAmount = 0)
{
    public static readonly FaultKind RpcRefuses = new("rpc-refuses",
        "The node is down: connections are refused and open websockets break.");

    public static readonly FaultKind RpcStalls = new("rpc-stalls",
        "Requests are carried out, but each reply waits this long; 0: for ever.", "s", 4);

    public static readonly FaultKind RpcTooManyRequests = new("rpc-429",
        "Requests are answered with HTTP 429 and this Retry-After; 0: without one.", "s", 1);

    public static readonly FaultKind RpcBadGateway = new("rpc-502", "Requests are answered with HTTP 502.");

    public static readonly FaultKind RpcGarbage = new("rpc-garbage",
        "Requests are answered with HTTP 200 and a page of HTML.");

    public static readonly FaultKind RpcSyncing = new("rpc-syncing",
        "The node says that it is catching up, and its head stands where it was when this began.");

    public static readonly FaultKind RpcBehind = new("rpc-behind",
        "The node shows everything as of this many blocks ago, and simulates there.", "blocks", 5);

    public static readonly FaultKind RpcAhead = new("rpc-ahead",
        "The node's head claims this many blocks more than there are.", "blocks", 5);

    public static readonly FaultKind RpcEmptyEvents = new("rpc-empty-events",
        "Blocks come without their own events, on the websocket and in block_results.");

    public static readonly FaultKind RpcWrongChain = new("rpc-wrong-chain",
        "The node says that it serves another chain.");

    public static readonly FaultKind RpcSilentSocket = new("rpc-silent-socket",
        "Websockets stay open and subscriptions are confirmed, but no event comes.");

    public static readonly FaultKind RpcClosesSocket = new("rpc-closes-socket",
        "Open websockets are closed, and new ones are answered with HTTP 503.");

    public static readonly FaultKind TxEvicted = new("tx-evicted",
        "Before each block, each waiting transaction is thrown out and forgotten with this chance.", "chance", 1);

    public static readonly FaultKind TxLostReply = new("tx-lost-reply",
        "A broadcast is carried out, but its reply never comes.");

    public static readonly FaultKind TxSwallowed = new("tx-swallowed",
        "A broadcast is answered with code 0, and the transaction is dropped.");

    public static readonly FaultKind TxMempoolFull = new("tx-mempool-full",
        "Broadcasts are refused because the mempool is full (sdk, code 20).");

    public static readonly FaultKind TxAnySequence = new("tx-any-sequence",
        "A broadcast with a wrong sequence is answered with code 0, and never gets into a block.");

    public static readonly FaultKind ChainHalts = new("chain-halts", "No blocks are made.");

    public static readonly FaultKind BlocksFull = new("blocks-full",
        "Blocks have no room left: transactions stay in the mempool.");

    public static readonly FaultKind ChainJumps = new("chain-jumps",
        "The next block comes as this many blocks at once.", "blocks", 10);

    public static readonly FaultKind ChainSlows = new("chain-slows",
        "The time between blocks is multiplied by this.", "times", 5);

    public static readonly FaultKind FeeRises = new("fee-rises",
        "The chain's gas price is multiplied by this, from the next block on.", "times", 10);

    public static readonly FaultKind WindowLength = new("window-length",
        "From each topic's next epoch on, worker windows are this long.", "blocks", 3);

    public static readonly FaultKind EpochLength = new("epoch-length",
        "From each topic's next epoch on, epochs are this long.", "blocks", 24);

    public static readonly FaultKind TopicInactive = new("topic-inactive",
        "The topic with this number opens no windows; 0: none does.", "topic");

    public static readonly FaultKind FundsGone = new("funds-gone",
        "The accounts that were funded at genesis hold nothing until this ends.");

    public static readonly FaultKind Upgrade = new("upgrade",
        "The emissions module becomes v10 with the next block, and stays so.");

    /// <summary>The catalogue, in the order in which it is listed.</summary>
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        RpcRefuses, RpcStalls, RpcTooManyRequests, RpcBadGateway, RpcGarbage, RpcSyncing, RpcBehind, RpcAhead,
        RpcEmptyEvents, RpcWrongChain, RpcSilentSocket, RpcClosesSocket,
        TxEvicted, TxLostReply, TxSwallowed, TxMempoolFull, TxAnySequence,
        ChainHalts, BlocksFull, ChainJumps, ChainSlows, FeeRises, WindowLength, EpochLength, TopicInactive, FundsGone,
        Upgrade,
    ];

    /// <summary>Whether one of several can be named: what happens to the chain happens at all nodes.</summary>
    public bool IsOfNode { get; init; } = Name != "tx-evicted"
        && (Name.StartsWith("rpc-", StringComparison.Ordinal) || Name.StartsWith("tx-", StringComparison.Ordinal));

    /// <summary>Null when no fault has this name.</summary>
    public static FaultKind? ByName(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>Why this amount cannot be; null when it can.</summary>
    internal string? Problem(decimal amount) => AmountUnit switch
    {
        "" when amount != 0 => "has no amount",
        "chance" when amount is < 0 or > 1 => "takes a chance from 0 to 1",
        "times" when amount is <= 0 or > 1_000 => "takes a factor above 0, up to 1000",
        "s" when amount is < 0 or > 86_400 => "takes seconds from 0 to 86400",
        "blocks" or "calls" or "logs" or "requests"
            when amount is < 1 or > 10_000 || amount != decimal.Truncate(amount) =>
            $"takes a whole number of {AmountUnit} from 1 to 10000",
        "topic" when amount is < 0 or > 1_000_000 || amount != decimal.Truncate(amount) => "takes a topic's number",
        _ => null,
    };
}
