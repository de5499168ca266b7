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
    Height TimeoutHeight)
{
    /// <summary>The journal tells that a node took it once; false for what was just signed.</summary>
    public bool IsKnownSent { get; init; }
}

/// <summary>What the journal knows of a duty.</summary>
/// <param name="Value">The answer, once computed.</param>
/// <param name="LastAttempt">The newest transaction that may have left; null when there is none.</param>
/// <param name="Outcome">Null while the duty is unfinished.</param>
public sealed record DutyRecord(Duty Duty, string? Value, Attempt? LastAttempt, Outcome? Outcome)
{
    /// <summary>True when this very opening wrote it.</summary>
    public bool IsNew { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Null while the duty is unfinished.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>What the journal knows of an attempt.</summary>
public sealed record AttemptRecord(Attempt Attempt, DateTimeOffset SignedAt)
{
    /// <summary>When an endpoint took it last; null when none is known to have.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The endpoint that took it last, without what may be secret in its URL.</summary>
    public string? Endpoint { get; init; }

    /// <summary>How often an endpoint took it.</summary>
    public int Sends { get; init; }

    /// <summary>When it was given up; null while it may still come into a block, or has.</summary>
    public DateTimeOffset? AbandonedAt { get; init; }
}
