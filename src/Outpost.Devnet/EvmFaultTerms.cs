using Outpost.Devnet.Faults;

namespace Outpost.Devnet;

/// <summary>What each fault of the catalogue changes in a node's terms, and what its end puts back.</summary>
internal static class EvmFaultTerms
{
    private const string Page = "<html><head><title>Welcome</title></head><body><h1>Welcome</h1></body></html>";

    // The main network's, which no devnet has.
    private const long OtherChain = 1;

    private static readonly Dictionary<FaultKind, Action<EvmNodeTerms, ActiveFault?>> Effects = new()
    {
        [FaultKind.RpcRefuses] = (terms, fault) => terms.Refuses = fault is not null,
        [FaultKind.RpcStalls] = (terms, fault) =>
        {
            terms.Hangs = fault?.Fault.Amount == 0;
            terms.ReplyDelay = TimeSpan.FromTicks((long)((fault?.Fault.Amount ?? 0) * TimeSpan.TicksPerSecond));
        },
        [FaultKind.RpcTooManyRequests] = (terms, fault) =>
            terms.RetryAfterSeconds = fault is null ? null : (int)Math.Ceiling(fault.Fault.Amount),
        [FaultKind.RpcBadGateway] = (terms, fault) => terms.IsBadGateway = fault is not null,
        [FaultKind.RpcGarbage] = (terms, fault) => terms.Body = fault is null ? null : Page,
        [FaultKind.RpcSyncing] = (terms, fault) =>
            (terms.IsSyncing, terms.StuckAt) = (fault is not null, fault?.Height),
        [FaultKind.RpcBehind] = (terms, fault) => terms.LagBlocks = Whole(fault) ?? 0,
        [FaultKind.RpcWrongChain] = (terms, fault) => terms.ChainId = fault is null ? null : OtherChain,
        [FaultKind.RpcSilentSocket] = (terms, fault) => terms.HasSilentSockets = fault is not null,
        [FaultKind.RpcClosesSocket] = (terms, fault) => terms.RefusesSockets = fault is not null,
        [EvmFaultKinds.RpcBatchLimit] = (terms, fault) => terms.MostCalls = Whole(fault),
        [EvmFaultKinds.RpcLogBlocks] = (terms, fault) => terms.MostLogBlocks = Whole(fault),
        [EvmFaultKinds.RpcLogLimit] = (terms, fault) => terms.MostLogs = Whole(fault),
        [EvmFaultKinds.RpcRateLimit] = (terms, fault) => terms.RequestsPerSecond = Whole(fault),
        [EvmFaultKinds.RpcPrunes] = (terms, fault) => terms.StateBlocks = Whole(fault),
        [EvmFaultKinds.RpcShuffles] = (terms, fault) => terms.ShufflesBatches = fault is not null,
        [EvmFaultKinds.RpcOwnBranch] = (terms, fault) =>
            terms.LiesFrom = fault is null ? null : Math.Max(1, fault.Height - Whole(fault)!.Value + 1),
        [EvmFaultKinds.RpcFalseLogs] = (terms, fault) => terms.HasFalseLogs = fault is not null,
        [EvmFaultKinds.RpcMissingLogs] = (terms, fault) => terms.HasNoLogs = fault is not null,
        [EvmFaultKinds.RpcOtherBlock] = (terms, fault) => terms.AnswersFromBlockBefore = fault is not null,
        [EvmFaultKinds.RpcNullHeaders] = (terms, fault) => terms.HasNoHeaders = fault is not null,
    };

    /// <param name="fault">The one of its kind that counts; null: there is none any more.</param>
    public static void Apply(EvmNodeTerms terms, FaultKind kind, ActiveFault? fault)
    {
        if (Effects.TryGetValue(kind, out var effect))
        {
            effect(terms, fault);
        }
    }

    private static int? Whole(ActiveFault? fault) => (int?)fault?.Fault.Amount;
}
