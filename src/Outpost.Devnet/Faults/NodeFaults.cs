namespace Outpost.Devnet.Faults;

/// <summary>What goes wrong at one node.</summary>
internal sealed class NodeFaults(DevnetFaults faults, string node)
{
    public bool Has(FaultKind kind) => Find(kind) is not null;

    /// <summary>The youngest of this kind at this node; null when there is none.</summary>
    public Fault? Find(FaultKind kind) => Entry(kind)?.Fault;

    /// <summary>The same, with the height at which it began.</summary>
    public ActiveFault? Entry(FaultKind kind)
    {
        var active = faults.Entries;
        for (var index = active.Length - 1; index >= 0; index--)
        {
            if (active[index].Fault.Kind == kind && active[index].Fault.IsAt(node))
            {
                return active[index];
            }
        }

        return null;
    }

    /// <summary>The newest block that the node shows, of a chain of this height.</summary>
    public long Head(long height)
    {
        var head = height;
        foreach (var active in faults.Entries)
        {
            if (active.Fault.IsAt(node))
            {
                head = active.Fault.Kind == FaultKind.RpcSyncing ? Math.Min(head, active.Height)
                    : active.Fault.Kind == FaultKind.RpcBehind ? Math.Min(head, height - (long)active.Fault.Amount)
                    : head;
            }
        }

        return head;
    }
}
