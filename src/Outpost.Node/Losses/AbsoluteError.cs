using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>The magnitude of the error.</summary>
internal sealed record AbsoluteError : LossFormula
{
    public static LossDefinition Definition { get; } = new(
        "abse", ["mae", "ae", "absolute_error"], IsNeverNegative: true, "\\|e\\|", LossDefinition.Exact, [],
        _ => new AbsoluteError());

    public override RawLoss Of(WideDecimal truth, WideDecimal prediction) => (prediction - truth).Magnitude;
}
