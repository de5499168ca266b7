using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Allora;

namespace Outpost.Devnet;

/// <summary>
/// Hears what happens on the chain, for a checker that must not share the node's view. Called synchronously and in the
/// order of events, one call at a time; it must be quick and must not call the devnet's methods that make blocks.
/// </summary>
public interface IChainWitness
{
    /// <summary>A worker window opened; comes before the <see cref="Committed"/> of its block.</summary>
    void Opened(WindowOpening opening);

    /// <summary>A node answered a broadcast.</summary>
    void Checked(CheckedTransaction transaction);

    /// <summary>A block was committed.</summary>
    void Committed(CommittedBlock block);
}

/// <summary>A window that opened: a worker's, or a reputer's where it is named so.</summary>
/// <param name="ClosesAt">The last block that takes a payload.</param>
/// <param name="At">The time of the block that opened it.</param>
public sealed record WindowOpening(TopicId Topic, Height Nonce, Height ClosesAt, DateTimeOffset At);

/// <summary>A window that closed.</summary>
public sealed record WindowClosing(TopicId Topic, Height Nonce);

/// <summary>What a node said to a broadcast.</summary>
/// <param name="Signer">Empty when the bytes are not a transaction that the chain can read.</param>
/// <param name="Codespace">sdk with code 19: seen before; sdk with 20: mempool full; empty with 0: accepted.</param>
public sealed record CheckedTransaction(
    string Hash, string Signer, ulong Sequence, string Codespace, uint Code, string Node,
    IReadOnlyList<PayloadName> Payloads);

/// <summary>A transaction in its block.</summary>
/// <param name="Payloads">What it carries.</param>
/// <param name="Admitted">What of it got into the active set of its role; each name says the role.</param>
/// <param name="FeeUallo">The fee that it offered, charged unless the ante steps refused it.</param>
public sealed record CommittedTransaction(
    string Hash, string Signer, ulong Sequence, string Codespace, uint Code, IReadOnlyList<PayloadName> Payloads,
    IReadOnlyList<PayloadName> Admitted, BigInteger FeeUallo);

/// <summary>A block with what came of it.</summary>
public sealed record CommittedBlock(
    Height Height, DateTimeOffset Time, IReadOnlyList<CommittedTransaction> Transactions,
    IReadOnlyList<WindowOpening> Opened, IReadOnlyList<WindowClosing> Closed)
{
    /// <summary>Nonces whose truth is known now and that take reputers' losses.</summary>
    public IReadOnlyList<WindowOpening> ReputerOpened { get; init; } = [];

    /// <summary>Nonces that take no losses any more.</summary>
    public IReadOnlyList<WindowClosing> ReputerClosed { get; init; } = [];

    /// <summary>What was paid for settled nonces.</summary>
    public IReadOnlyList<Payout> Payouts { get; init; } = [];
}

/// <summary>What one actor's work for a nonce earned, paid to its owner.</summary>
/// <param name="Score">Of this nonce alone; the higher, the better.</param>
public sealed record Payout(PayloadName Name, BigInteger AmountUallo, decimal Score);
