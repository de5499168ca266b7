using System.Numerics;

namespace Outpost.Chains.Cosmos;

/// <summary>The newest block that an endpoint has.</summary>
public sealed record ChainHead(string ChainId, Height Height, DateTimeOffset Time, bool IsSyncing);

/// <summary>
/// An account's place in the chain's state; the sequence is the next one the committed state expects.
/// </summary>
public sealed record Account(string Address, ulong Number, ulong Sequence);

/// <summary>The price of one unit of gas, exact: uallo times 10^18 (a LegacyDec).</summary>
public readonly record struct GasPrice(BigInteger AttoPerGas)
{
    private static readonly BigInteger One = BigInteger.Pow(10, 18);

    /// <summary>ceil(gas × price) in uallo, as the fee market asks for.</summary>
    public BigInteger FeeFor(ulong gasLimit) => (AttoPerGas * gasLimit + One - 1) / One;
}

/// <summary>What a transaction pays.</summary>
/// <param name="AmountUallo">Whole fee; exactly one coin is sent.</param>
/// <param name="GasLimit">Units of gas.</param>
/// <param name="Granter">The bech32 address that pays instead of the signer; null: the signer pays.</param>
public sealed record Fee(BigInteger AmountUallo, ulong GasLimit, string? Granter = null);

/// <summary>The bytes that leave, and their name: upper-case hex SHA-256.</summary>
public sealed record SignedTransaction(ReadOnlyMemory<byte> Bytes, string Hash);

/// <summary>
/// A node's first answer to a broadcast (CheckTx): code 0 means that it is in the mempool, not in a block.
/// </summary>
public sealed record CheckResult(string Hash, string Codespace, uint Code, string Log, Uri? Endpoint)
{
    /// <summary>False when an endpoint did not answer: it may hold the transaction that the others refused.</summary>
    public bool IsUnanimous { get; init; } = true;

    /// <summary>What another endpoint refused that this one took; only where all were to be heard.</summary>
    public CheckResult? Against { get; init; }
}

/// <summary>What became of a transaction in its block.</summary>
public sealed record TransactionResult(
    string Hash, Height Height, string Codespace, uint Code, string Log, long GasWanted, long GasUsed,
    IReadOnlyList<ChainEvent> Events);

/// <summary>One event as CometBFT 0.38 gives it, attributes in order, values as plain text.</summary>
public sealed record ChainEvent(string Type, IReadOnlyList<KeyValuePair<string, string>> Attributes)
{
    public string? this[string key]
    {
        get
        {
            foreach (var attribute in Attributes)
            {
                if (attribute.Key == key)
                {
                    return attribute.Value;
                }
            }

            return null;
        }
    }
}

/// <summary>A block as it is seen by a watcher.</summary>
/// <param name="Height">Strictly one more than the block before, once the first was seen.</param>
/// <param name="Events">
/// The block's own events (BeginBlock, EndBlock); null where no endpoint can tell: LCD, gRPC, or pruned by all nodes.
/// </param>
/// <param name="TransactionCount">Null where the endpoint did not say.</param>
public sealed record Block(Height Height, IReadOnlyList<ChainEvent>? Events, int? TransactionCount)
{
    /// <summary>The newest block known when this one was passed on: further on while a gap is filled.</summary>
    public Height Newest { get; init; } = Height;

    /// <summary>What the endpoints said when they were asked for it in vain before; null: it came in time.</summary>
    public string? HeldUpBy { get; init; }

    /// <summary>True when the endpoint that told the blocks before this one may have left their events out.</summary>
    public bool IsAfterDoubtful { get; init; }
}
