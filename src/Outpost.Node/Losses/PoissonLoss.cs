using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>For counts and rates. It may be negative, so reputers submit it as it is.</summary>
/// <param name="Epsilon">The least that counts as a prediction, since ln 0 is none.</param>
internal sealed record PoissonLoss(WideDecimal Epsilon) : LossFormula
{
    public static LossDefinition Definition { get; } = new(
        "poisson", ["poisson_loss"], IsNeverNegative: false,
        "q − y ln q, q being the larger of p and epsilon; y and p at least 0", LossDefinition.ThirtyFour,
        [new LossParameter("epsilon", "1E-7", Least: 0)], parameters => new PoissonLoss(parameters["epsilon"]));

    public override RawLoss Of(WideDecimal truth, WideDecimal prediction)
    {
        if (truth.Sign < 0 || prediction.Sign < 0)
        {
            return RawLoss.None(
                LossProblem.OutOfDomain, "poisson takes a truth and an inference of at least 0, and one is below");
        }

        var rate = prediction.CompareTo(Epsilon) < 0 ? Epsilon : prediction;
        return truth.IsZero
            ? rate
            : WideMath.Difference(_ => rate, digits => truth * WideMath.Ln(rate, digits), WideMath.Digits)
                .RoundTo(SettledDigits);
    }
}
