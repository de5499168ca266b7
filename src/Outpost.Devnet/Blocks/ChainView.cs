using System.Numerics;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Blocks;

/// <summary>
/// The chain as one node shows it: blocks above its head are not there yet. Only while <see cref="ChainNode.Read"/>
/// runs.
/// </summary>
internal sealed class ChainView(Chain chain, NodeFaults faults)
{
    private EmissionsModule? _emissions;

    /// <summary>The node's head.</summary>
    public long Height { get; } = Math.Max(
        Math.Min(chain.Store.LowestHeight, chain.Store.Height), faults.Head(chain.Store.Height));

    /// <summary>What the node says of its head.</summary>
    public long ClaimedHeight => Height + (long)(faults.Find(FaultKind.RpcAhead)?.Amount ?? 0);

    public string ChainId => faults.Has(FaultKind.RpcWrongChain)
        ? $"not-{chain.Options.ChainId}"
        : chain.Options.ChainId;

    public bool IsSyncing => faults.Has(FaultKind.RpcSyncing);

    public DevnetOptions Options => chain.Options;

    public long LowestHeight => chain.Store.LowestHeight;

    public Block? Latest => Find(Height);

    public Block? Find(long height) =>
        height <= Height && chain.Store.Find(height) is { } block ? Shown(block) : null;

    public DeliveredTx? Find(string hash) =>
        chain.Store.Find(hash) is { } found && found.Height <= Height ? found : null;

    /// <summary>Kept transactions, oldest first.</summary>
    public IEnumerable<DeliveredTx> Transactions() =>
        chain.Store.Transactions().TakeWhile(transaction => transaction.Height <= Height);

    public Account? Account(string address) => Height == chain.Store.Height
        ? chain.Accounts.Find(address)
        : chain.History.Find(address, Height);

    public EmissionsModule Emissions => _emissions ??= Height == chain.Store.Height
        ? chain.Emissions
        : chain.Emissions.AsOf(Height);

    public BigInteger GasPriceAtto => chain.Fees.PriceAttoAt(Height);

    public string GasPriceText => chain.Fees.PriceTextAt(Height);

    private Block Shown(Block block) => faults.Has(FaultKind.RpcEmptyEvents) ? block with { Events = [] } : block;
}
