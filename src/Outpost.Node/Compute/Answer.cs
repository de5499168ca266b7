using Outpost.Node.Duties;

namespace Outpost.Node.Compute;

/// <summary>What came of asking an entrypoint while a window is open.</summary>
public abstract record Answer
{
    private Answer() { }

    /// <summary>What was asked for, exact. A question without labels has a scalar.</summary>
    /// <param name="Attempts">How often it was asked for; 0 when an earlier value is sent again.</param>
    public sealed record Value(TopicValue Given, int Attempts) : Answer;

    /// <summary>No usable answer while the window was open.</summary>
    public sealed record None(Reason Reason, string Detail) : Answer;
}
