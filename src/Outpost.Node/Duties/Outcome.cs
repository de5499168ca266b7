using Outpost.Chains;

namespace Outpost.Node.Duties;

/// <summary>How a duty ended.</summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <summary>In a block, with code 0, and admitted: the duty is done.</summary>
    public sealed record Included(Height At, string Hash) : Outcome;

    /// <summary>Not done; <paramref name="Detail"/> is the case at hand in one sentence.</summary>
    public sealed record Missed(Reason Reason, string Detail) : Outcome;
}
