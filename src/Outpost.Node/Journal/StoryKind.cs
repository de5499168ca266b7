using System.Diagnostics.CodeAnalysis;

namespace Outpost.Node.Journal;

/// <summary>
/// What can happen to a duty. Stored in the journal: values are fixed, new ones are appended.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "Signed is a step in the life of a duty, no type.")]
public enum StoryKind
{
    /// <summary>The window was seen, and the duty written down.</summary>
    Opened = 1,

    /// <summary>An earlier run of the node had begun it; it goes on from there.</summary>
    Resumed = 2,

    /// <summary>The entrypoint was asked and gave no good answer; it is asked again.</summary>
    EntrypointFailed = 3,

    /// <summary>The answer is there.</summary>
    Computed = 4,

    /// <summary>A transaction was signed and put on disk. It has not left yet.</summary>
    Signed = 5,

    /// <summary>An endpoint took the transaction.</summary>
    Sent = 6,

    /// <summary>The same bytes went out once more, and an endpoint took them.</summary>
    SentAgain = 7,

    /// <summary>The chain refused the transaction, at its door or in a block.</summary>
    Refused = 8,

    /// <summary>The transaction was taken and is gone again before a block had it.</summary>
    Dropped = 9,

    /// <summary>The transaction is not sent any more: it never left, or no block can hold it.</summary>
    Abandoned = 10,

    /// <summary>Something stands in the way for now, such as missing funds or a dead endpoint.</summary>
    Obstacle = 11,

    /// <summary>The transaction is in a block and did what it was for.</summary>
    Included = 12,

    /// <summary>It ended without success; the reason says why.</summary>
    Missed = 13,

    /// <summary>Not stored: stands where the entries between the first and the newest were left out.</summary>
    LeftOut = 14,
}
