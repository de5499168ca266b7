using System.Diagnostics;
using System.Globalization;
using Outpost.Chains;
using Outpost.Node.Duties;

namespace Outpost.Node.Journal;

/// <summary>One thing that happened to a duty, or to the node itself.</summary>
/// <param name="At">The wall clock's time, for people. Entries stand in the order in which they happened.</param>
/// <param name="Block">The block that it is about.</param>
/// <param name="Hash">The transaction that it is about.</param>
/// <param name="Endpoint">The endpoint that it is about, without what may be secret in its URL.</param>
public sealed record StoryEntry(
    DateTimeOffset At, StoryKind Kind, string Detail, Height? Block = null, string? Hash = null,
    string? Endpoint = null)
{
    /// <summary>A transaction was signed.</summary>
    internal static StoryEntry Of(Attempt attempt, DateTimeOffset at) => new(
        at, StoryKind.Signed,
        string.Create(CultureInfo.InvariantCulture, $"sequence {attempt.Sequence}, fee {attempt.FeeUallo} uallo, ")
            + $"for blocks up to {attempt.TimeoutHeight}",
        Hash: attempt.Transaction.Hash);

    /// <summary>A duty ended.</summary>
    internal static StoryEntry Of(Outcome outcome, DateTimeOffset at) => outcome switch
    {
        Outcome.Included { IsElsewhere: true } included => new(
            at, StoryKind.Included, "admitted by another process with this key", included.At),
        Outcome.Included included => new(at, StoryKind.Included, "admitted by the chain", included.At, included.Hash),
        Outcome.Missed missed => new(at, StoryKind.Missed, missed.Reason.Code),
        _ => throw new UnreachableException(),
    };
}
