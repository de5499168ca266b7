namespace Outpost.Devnet.Faults;

/// <summary>stub</summary>
public sealed record FaultKind(string Name, string Summary, string AmountUnit, decimal DefaultAmount)
{
    private static FaultKind K(string n) => new(n, "", "", 0);
    public static readonly FaultKind RpcRefuses = K("rpc-refuses"), RpcStalls = K("rpc-stalls"), RpcTooManyRequests = K("rpc-429"), RpcBadGateway = K("rpc-502"), RpcGarbage = K("rpc-garbage"), RpcSyncing = K("rpc-syncing"), RpcBehind = K("rpc-behind"), RpcAhead = K("rpc-ahead"), RpcEmptyEvents = K("rpc-empty-events"), RpcWrongChain = K("rpc-wrong-chain"), RpcSilentSocket = K("rpc-silent-socket"), RpcClosesSocket = K("rpc-closes-socket"), TxLostReply = K("tx-lost-reply"), TxSwallowed = K("tx-swallowed"), TxAnySequence = K("tx-any-sequence"), TxMempoolFull = K("tx-mempool-full"), TxEvicted = K("tx-evicted"), ChainHalts = K("chain-halts"), ChainJumps = K("chain-jumps"), ChainSlows = K("chain-slows"), FeeRises = K("fee-rises"), WindowLength = K("window-length"), EpochLength = K("epoch-length"), TopicInactive = K("topic-inactive"), FundsGone = K("funds-gone"), Upgrade = K("upgrade");
    public static IReadOnlyList<FaultKind> All { get; } = [RpcRefuses, RpcStalls];
}

/// <summary>stub</summary>
public sealed record Fault(FaultKind Kind, string? Node, TimeSpan From, TimeSpan For, decimal Amount)
{
    public static Fault Parse(string text, IReadOnlyList<FaultKind> kinds) { var p = text.Split(' '); var n = p[0].Split('@'); return new(kinds.First(k => k.Name == n[0]), n.Length > 1 ? n[1] : null, TimeSpan.Parse(p[1], null), TimeSpan.Parse(p[2], null), decimal.Parse(p[3], null)); }
    public static bool TryParse(string text, IReadOnlyList<FaultKind> kinds, out Fault? f, out string problem) { f = Parse(text, kinds); problem = ""; return true; }
    public override string ToString() => $"{Kind.Name}{(Node is null ? "" : "@" + Node)} {From} {For} {Amount}";
}

/// <summary>stub</summary>
public sealed class Board { private int _n; public void Begin(Fault f) { _n++; } public void End(Fault f) { _n--; } }
