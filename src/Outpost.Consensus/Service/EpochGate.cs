using Outpost.Consensus.Epochs;

namespace Outpost.Consensus.Service;

/// <summary>Which epochs take snapshots: those that were released, are not too old, and still stand.</summary>
internal sealed class EpochGate(EpochLedger ledger)
{
    /// <summary>The released epoch, or why it takes no snapshots.</summary>
    public (ReleasedEpoch? Released, EpochRefusal? Refusal) Admit(EpochStream stream, Epoch epoch)
    {
        var released = ledger.Find(stream, epoch.End);
        if (released is { InvalidatedAt: null } && released.Epoch == epoch)
        {
            return (released, null);
        }

        return (null, Refuse(stream, epoch, released));
    }

    /// <summary>For an epoch whose round has lost its votes, as the store has found out.</summary>
    public EpochRefusal Pruned(EpochStream stream, long end) => new("pruned",
        $"The epoch that ends with {end} is over for so long that its votes are removed; its verdict stands.",
        ledger.Last(stream)?.Epoch);

    private EpochRefusal Refuse(EpochStream stream, Epoch epoch, ReleasedEpoch? released)
    {
        var known = ledger.Ascending(stream);
        if (known.Length == 0)
        {
            return new EpochRefusal("not_released", $"Epoch {epoch} is not released: no epoch is yet.", null);
        }

        var (oldest, last) = (known[0].Epoch, known[^1].Epoch);
        if (released?.Epoch == epoch)
        {
            return new EpochRefusal("invalidated",
                $"Epoch {epoch} is invalidated: the chain has left its blocks.", last);
        }

        if (epoch.Size != stream.Size || released is not null)
        {
            return new EpochRefusal("misaligned",
                $"{epoch} is no epoch: they have {stream.Size} blocks, and the last is {last}.", last);
        }

        return epoch.Begin == last.End + 1
            ? new EpochRefusal("next", $"Epoch {epoch} is the next one and not released yet; the last is {last}.", last)
            : epoch.End > last.End
            ? new EpochRefusal("not_released", $"Epoch {epoch} is not released; the last one is {last}.", last)
            : epoch.End < oldest.End
            ? new EpochRefusal("ancient",
                $"Epoch {epoch} is too old: snapshots are taken from {oldest} to {last}.", last)
            : new EpochRefusal("misaligned", $"{epoch} is no epoch that was released; the last one is {last}.", last);
    }
}

/// <summary>Why an epoch takes no snapshots.</summary>
/// <param name="Reason">not_released, next, misaligned, ancient, pruned or invalidated.</param>
/// <param name="Last">The last released epoch; null when there is none.</param>
internal sealed record EpochRefusal(string Reason, string Details, Epoch? Last);
