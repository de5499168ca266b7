using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>Half the square of a small error; of a large one a straight line, so that outliers weigh less.</summary>
/// <param name="Delta">The error at which the square becomes the line.</param>
internal sealed record HuberLoss(WideDecimal Delta) : LossFormula
{
    private static readonly WideDecimal Half = new(5, -1);

    public static LossDefinition Definition { get; } = new(
        "huber", ["huber_loss"], IsNeverNegative: true,
        "e²/2 while \\|e\\| ≤ delta, else delta (\\|e\\| − delta/2)", LossDefinition.Exact,
        [new LossParameter("delta", "1", Least: 0)], parameters => new HuberLoss(parameters["delta"]));

    public override RawLoss Of(WideDecimal truth, WideDecimal prediction)
    {
        var error = (prediction - truth).Magnitude;
        return error.CompareTo(Delta) <= 0 ? Half * error * error : Delta * (error - Half * Delta);
    }
}
