using Google.Protobuf.WellKnownTypes;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>One message that shall be in a block by <see cref="TimeoutHeight"/>.</summary>
/// <param name="Duty">Null for what is no duty, such as a registration.</param>
/// <param name="Earlier">A transaction of this duty that may have left before; it is sent again as it is.</param>
public sealed record LaneRequest(Any Message, Height TimeoutHeight, DutyId? Duty, Attempt? Earlier = null)
{
    /// <summary>
    /// An earlier run may have found it done by another process: the chain is asked before it is paid for.
    /// </summary>
    public bool MayBeDone { get; init; }

    /// <summary>
    /// Asked when the chain cannot read the message (an upgrade renames them): the same message under today's name, or
    /// null when there is none other.
    /// </summary>
    public Func<CancellationToken, Task<Any?>>? Renew { get; init; }
}

/// <summary>What became of a request.</summary>
public abstract record LaneAnswer
{
    private LaneAnswer() { }

    /// <summary>In a block, with whatever code.</summary>
    public sealed record InBlock(TransactionResult Result) : LaneAnswer;

    /// <summary>In no block, and none will take it.</summary>
    /// <param name="Refusal">The chain's part in it; None when the chain did not refuse it.</param>
    public sealed record NotIncluded(Reason Reason, string Detail, Refusal Refusal = Refusal.None) : LaneAnswer;
}
