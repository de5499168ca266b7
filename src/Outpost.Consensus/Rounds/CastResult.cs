namespace Outpost.Consensus.Rounds;

/// <summary>What became of a vote.</summary>
public enum CastResult
{
    /// <summary>The snapshotter's first: it is the one that stands.</summary>
    First,

    /// <summary>The first one again, word for word: nothing new.</summary>
    Repeated,

    /// <summary>Another CID than its first: an equivocation to be recorded, which never counts.</summary>
    Equivocated,

    /// <summary>An equivocation that is on record, or more of them than are recorded.</summary>
    EquivocatedAgain,
}
