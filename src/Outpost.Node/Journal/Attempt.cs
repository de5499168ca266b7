using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;

namespace Outpost.Node.Journal;

/// <summary>One signed transaction. Its bytes are in the journal before they leave: a restart sends the same.</summary>
/// <param name="Duty">Null for what is no duty, such as a registration.</param>
/// <param name="TimeoutHeight">The last block that can include it.</param>
public sealed record Attempt(
    DutyId? Duty, SignedTransaction Transaction, ulong Sequence, BigInteger FeeUallo, ulong GasLimit,
    Height TimeoutHeight);

/// <summary>What the journal knows of a duty.</summary>
/// <param name="Value">The answer, once computed.</param>
/// <param name="LastAttempt">The newest transaction that may have left; null when there is none.</param>
/// <param name="Outcome">Null while the duty is unfinished.</param>
public sealed record DutyRecord(Duty Duty, string? Value, Attempt? LastAttempt, Outcome? Outcome)
{
    /// <summary>True when this very opening wrote it.</summary>
    public bool IsNew { get; init; }
}
