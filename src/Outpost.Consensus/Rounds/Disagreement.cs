namespace Outpost.Consensus.Rounds;

/// <summary>Why a round is indeterminate. Stored: numbers never change, new ones are added.</summary>
public enum Disagreement
{
    /// <summary>Fewer votes count than the criteria ask for.</summary>
    TooFewVotes = 1,

    /// <summary>Several CIDs lead together.</summary>
    Tie = 2,

    /// <summary>The leading CID has too small a share.</summary>
    BelowThreshold = 3,
}
