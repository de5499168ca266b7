using Outpost.Chains.Wire;
using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>What came of computing one loss.</summary>
public abstract record LossResult
{
    private LossResult() { }

    /// <param name="Number">In the chain's digits (34) and text.</param>
    /// <param name="IsFloored">The loss was below 1e-40 and stands at 1e-40, since that was asked for.</param>
    public sealed record Value(DecimalText Number, bool IsFloored = false) : LossResult;

    /// <summary>There is no loss that the chain would take.</summary>
    public sealed record None(LossFault Fault) : LossResult;
}

/// <summary>A loss before it is brought into the chain's form; with a fault there is none.</summary>
internal readonly record struct RawLoss(WideDecimal Number, LossFault? Fault = null)
{
    public static RawLoss None(LossProblem problem, string detail) => new(default, new LossFault(problem, detail));

    public static implicit operator RawLoss(WideDecimal number) => new(number);
}
