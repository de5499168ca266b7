using Outpost.Chains;

namespace Outpost.Node.Duties;

/// <summary>How a duty ended.</summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <summary>In a block, with code 0, and admitted: the duty is done.</summary>
    /// <param name="Hash">Empty when another process with the same key did it: its name is not known.</param>
    public sealed record Included(Height At, string Hash) : Outcome
    {
        /// <summary>Another process did it; <see cref="At"/> is the head at which this node learnt of it.</summary>
        public bool IsElsewhere => Hash.Length == 0;
    }

    /// <summary>Not done; <paramref name="Detail"/> is the case at hand in one sentence.</summary>
    public sealed record Missed(Reason Reason, string Detail) : Outcome;
}
