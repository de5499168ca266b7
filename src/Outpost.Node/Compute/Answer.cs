using Outpost.Chains.Wire;
using Outpost.Node.Duties;

namespace Outpost.Node.Compute;

/// <summary>What came of asking an entrypoint.</summary>
public abstract record Answer
{
    private Answer() { }

    /// <summary>One finite decimal, exact.</summary>
    public sealed record Value(DecimalText Number, int Attempts) : Answer;

    /// <summary>No usable answer while the window was open.</summary>
    public sealed record None(Reason Reason, string Detail) : Answer;
}
