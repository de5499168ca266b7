namespace Outpost.Consensus.Rounds;

/// <summary>What a round comes to.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The snapshotters agree on this CID.</summary>
    public sealed record Finalized(string Cid) : Verdict;

    /// <summary>They do not.</summary>
    public sealed record Indeterminate(Disagreement Why) : Verdict;
}
