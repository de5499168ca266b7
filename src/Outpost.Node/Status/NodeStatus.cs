using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;

namespace Outpost.Node.Status;

/// <summary>What a topic is doing right now, in the order in which it goes through them.</summary>
public enum TopicPhase
{
    /// <summary>The chain has not been asked yet.</summary>
    Starting,
    /// <summary>
    /// Something is missing that a person or the chain has to give; <see cref="TopicStatus.Line"/> says what.
    /// </summary>
    Blocked,
    /// <summary>All is well; the window is closed.</summary>
    Waiting,
    /// <summary>The window is open and the entrypoint is being asked.</summary>
    Computing,
    /// <summary>The answer is signed and on its way.</summary>
    Sending,
    /// <summary>The window is still open and the answer is in a block.</summary>
    Included,
    /// <summary>The window is still open, or just closed, and the duty ended with a reason.</summary>
    Missed,
}

/// <summary>An immutable picture of one topic.</summary>
/// <param name="Name">The topic's metadata on the chain; empty until known.</param>
/// <param name="Line">One sentence: what it waits for, or what went wrong and what to do.</param>
/// <param name="OpensAt">The next nonce, when known.</param>
/// <param name="Current">The duty whose window is open or was the last; null before the first.</param>
/// <param name="LastValue">The last answer, canonical decimal text.</param>
/// <param name="LastMargin">Share of the window that was left at the last inclusion, 0 to 1.</param>
public sealed record TopicStatus(
    TopicId Topic, string Name, TopicPhase Phase, string Line, Height? OpensAt, Duty? Current,
    string? LastValue, Height? LastIncludedAt, double? LastMargin, int Included, int Missed);

/// <summary>A duty that ended, for whoever wants to print it.</summary>
public sealed record DutyEnd(Duty Duty, Outcome Outcome, string? Value, DateTimeOffset At);

/// <summary>An immutable picture of the node.</summary>
/// <param name="Line">One sentence about the node as a whole: connecting, waiting for funds, watching.</param>
/// <param name="BlockTime">The learned time between blocks.</param>
/// <param name="RecentEnds">The last ended duties, newest first, at most 50.</param>
public sealed record NodeStatus(
    string Address, string Line, bool IsWatching, string? ChainId, EmissionsVersion? Emissions, Height? Head,
    TimeSpan? BlockTime, BigInteger? BalanceUallo, IReadOnlyList<TopicStatus> Topics,
    IReadOnlyList<DutyEnd> RecentEnds)
{
    /// <summary>The days for which the payer's balance lasts at the pace of the last day; null until known.</summary>
    public double? BalanceDays { get; init; }
}
