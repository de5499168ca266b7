namespace Outpost.Consensus.Rounds;

/// <summary>
/// What a snapshotter's first vote in a round is worth. Stored: numbers never change, new ones are added.
/// </summary>
public enum Standing
{
    /// <summary>It counts.</summary>
    Counted = 1,

    /// <summary>In time, but after the verdict: its CID may have been copied.</summary>
    AfterVerdict = 2,

    /// <summary>After the window.</summary>
    Late = 3,

    /// <summary>By somebody who was not registered and active when the round opened.</summary>
    NotEligible = 4,
}
