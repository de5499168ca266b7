using Outpost.Chains.Wire.Tendermint.Abci;

namespace Outpost.Devnet.Ledger;

/// <summary>Why a transaction is looked at.</summary>
internal enum TxMode
{
    Check,
    Recheck,
    Simulate,
    Deliver,
}

/// <summary>Counts the gas of one transaction: a deterministic toy, near to what the real chain uses.</summary>
/// <param name="limit">Null: count without a limit, as in a simulation.</param>
internal sealed class GasMeter(ulong? limit)
{
    public ulong Used { get; private set; }

    /// <summary>The SDK's out of gas error, or null.</summary>
    public Refused? Consume(ulong amount, string location)
    {
        Used += amount;
        return limit is { } most && Used > most
            ? Refused.Sdk(11, $"out of gas in location: {location}; gasWanted: {most}, gasUsed: {Used}: out of gas")
            : null;
    }
}

/// <summary>One transaction on its way through the ante steps and its messages.</summary>
internal sealed class TxContext(DecodedTx tx, TxMode mode, long height, AccountBook book)
{
    public DecodedTx Tx { get; } = tx;

    public TxMode Mode { get; } = mode;

    /// <summary>The block it is delivered in; for checks and simulations the last committed block.</summary>
    public long Height { get; } = height;

    public AccountBook Book { get; set; } = book;

    public GasMeter Gas { get; } = new(mode == TxMode.Simulate ? null : tx.GasLimit);

    public List<Event> Events { get; } = [];

    /// <summary>The signature was found good for this account number and sequence before.</summary>
    public (ulong Number, ulong Sequence)? VerifiedFor { get; set; }

    public bool IsSimulation => Mode == TxMode.Simulate;
}
