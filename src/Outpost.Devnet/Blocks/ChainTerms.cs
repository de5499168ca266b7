using Outpost.Devnet.Allora;
using Outpost.Devnet.Faults;

namespace Outpost.Devnet.Blocks;

/// <summary>What the active faults make of the chain; taken once for each block.</summary>
internal sealed record ChainTerms(TopicTerms Topics)
{
    public static readonly ChainTerms Usual = new(TopicTerms.Usual);

    public decimal GasPriceFactor { get; init; } = 1;

    public bool FundsAreGone { get; init; }

    public bool IsUpgraded { get; init; }

    /// <summary>With which each waiting transaction is thrown out, 0 to 1.</summary>
    public decimal EvictionChance { get; init; }

    public bool BlocksAreFull { get; init; }

    public static ChainTerms Of(DevnetFaults faults)
    {
        if (faults.Entries.IsEmpty)
        {
            return Usual;
        }

        var inactive = new List<ulong>();
        foreach (var active in faults.Entries)
        {
            if (active.Fault.Kind == FaultKind.TopicInactive)
            {
                inactive.Add((ulong)active.Fault.Amount);
            }
        }

        return new(new TopicTerms(
            (long?)faults.Find(FaultKind.WindowLength)?.Amount,
            (long?)faults.Find(FaultKind.EpochLength)?.Amount,
            inactive))
        {
            GasPriceFactor = faults.Factor(FaultKind.FeeRises),
            FundsAreGone = faults.Find(FaultKind.FundsGone) is not null,
            IsUpgraded = faults.Find(FaultKind.Upgrade) is not null,
            EvictionChance = faults.Find(FaultKind.TxEvicted)?.Amount ?? 0,
            BlocksAreFull = faults.Find(FaultKind.BlocksFull) is not null,
        };
    }
}
