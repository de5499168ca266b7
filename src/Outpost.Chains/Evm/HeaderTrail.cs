using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>The newest headers of the branch that counts, each the parent of the next, up to a number.</summary>
internal sealed class HeaderTrail(int depth)
{
    private readonly LinkedList<EvmHeader> _order = new();
    private readonly Dictionary<long, EvmHeader> _byNumber = [];

    /// <summary>Null before the first.</summary>
    public EvmHeader? Head => _order.Last?.Value;

    /// <summary>Null before the first.</summary>
    public EvmHeader? Oldest => _order.First?.Value;

    /// <summary>Null for a block that is newer or older than what is kept.</summary>
    public EvmHeader? At(long number) => _byNumber.GetValueOrDefault(number);

    public bool Contains(EvmHeader header) => At(header.Number)?.Hash == header.Hash;

    /// <summary>True when this block hangs on one that is kept.</summary>
    public bool HoldsParentOf(EvmHeader header) => At(header.Number - 1)?.Hash == header.ParentHash;

    /// <summary>The time between blocks as the headers show it; null where there are too few.</summary>
    public TimeSpan? BlockTime => Head is { } head && Oldest is { } oldest && head.Number > oldest.Number
        ? TimeSpan.FromSeconds(head.Timestamp - oldest.Timestamp) / (head.Number - oldest.Number)
        : null;

    /// <summary>Puts a branch in place of all that is as high as its first block, or higher.</summary>
    /// <param name="branch">Oldest first, each the parent of the next; its first hangs on what is kept, or on
    /// nothing that is: then nothing is kept.</param>
    public void Take(IReadOnlyList<EvmHeader> branch)
    {
        if (branch.Count == 0)
        {
            return;
        }

        if (!HoldsParentOf(branch[0]))
        {
            _order.Clear();
            _byNumber.Clear();
        }

        CutTo(branch[0].Number - 1);
        foreach (var header in branch)
        {
            _order.AddLast(header);
            _byNumber.Add(header.Number, header);
            if (_order.Count > depth)
            {
                _byNumber.Remove(_order.First!.Value.Number);
                _order.RemoveFirst();
            }
        }
    }

    /// <summary>Forgets all blocks that are higher.</summary>
    public void CutTo(long number)
    {
        while (Head is { } head && head.Number > number)
        {
            _byNumber.Remove(head.Number);
            _order.RemoveLast();
        }
    }
}
