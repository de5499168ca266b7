using Google.Protobuf.WellKnownTypes;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>One message that shall be in a block by <see cref="TimeoutHeight"/>.</summary>
/// <param name="Duty">Null for what is no duty, such as a registration.</param>
/// <param name="Earlier">A transaction of this duty that may have left before; it is sent again as it is.</param>
public sealed record LaneRequest(Any Message, Height TimeoutHeight, DutyId? Duty, Attempt? Earlier = null);

/// <summary>What the lane says of a request.</summary>
public abstract record LaneAnswer
{
    private LaneAnswer() { }

    /// <summary>The transaction left, and a node took it or may have taken it; a block will tell.</summary>
    public sealed record Sent(Attempt Attempt) : LaneAnswer;

    /// <summary>Nothing of it is on its way, and nothing more can be done.</summary>
    /// <param name="Refusal">The chain's part in it; None when the chain was not asked.</param>
    public sealed record NotSent(Reason Reason, string Detail, Refusal Refusal = Refusal.None) : LaneAnswer;
}
