namespace Outpost.Chains.Rpc;

/// <summary>Faults that are found by comparing endpoints, and what a call that none could serve ends with.</summary>
internal static class EndpointFaults
{
    public static ChainException Behind(string operation, Uri endpoint, long height, long seen) =>
        new(ChainFault.Behind, operation, endpoint, $"it is at block {height}, though block {seen} was seen already");

    public static ChainException Overtaken(string operation, Uri endpoint, TimeSpan after) =>
        new(ChainFault.Timeout, operation, endpoint,
            $"no answer within {after.TotalMilliseconds:0} ms, when another endpoint had answered");

    /// <summary>What makes an endpoint with this head unfit for any use; null when nothing does.</summary>
    public static ChainException? Unfit(Uri endpoint, NodeHead head, string chainId) =>
        head.IsSyncing ? new ChainException(ChainFault.Syncing, "connect", endpoint,
            $"the node is still catching up (block {head.Height}); wait or use another endpoint")
        : head.ChainId != chainId ? new ChainException(ChainFault.WrongChain, "connect", endpoint,
            $"the node serves {head.ChainId}, not {chainId}; correct the URL or the chain id")
        : null;

    /// <summary>
    /// What to throw when all were tried: the fault itself if there is one, else one line for each.
    /// </summary>
    public static ChainException NoneLeft(string operation, IReadOnlyList<ChainException> faults)
    {
        if (faults.Count <= 1)
        {
            return faults.Count == 1 ? faults[0] : new ChainException(ChainFault.Unreachable, operation, null,
                "every endpoint is cordoned; put one back with outpost endpoints uncordon");
        }

        var lines = faults.Select(fault => $"\n  {fault.Fault}: {fault.Message}");
        return new ChainException(faults[0].Fault, operation, null,
            $"no endpoint could serve this; each one said:{string.Concat(lines)}");
    }
}
