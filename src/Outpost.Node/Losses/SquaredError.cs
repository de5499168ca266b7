using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>The square of the error.</summary>
internal sealed record SquaredError : LossFormula
{
    public static LossDefinition Definition { get; } = new(
        "sqe", ["mse", "se", "squared_error"], IsNeverNegative: true, "e²", LossDefinition.Exact, [],
        _ => new SquaredError());

    public override RawLoss Of(WideDecimal truth, WideDecimal prediction)
    {
        var error = prediction - truth;
        return error * error;
    }
}
