using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>The surprise, in nats, of a probability that was given to what then happened or did not.</summary>
/// <param name="Epsilon">How near to 0 and 1 a prediction may come before it counts as this far away.</param>
internal sealed record BinaryCrossEntropy(WideDecimal Epsilon) : LossFormula
{
    public static LossDefinition Definition { get; } = new(
        "bce", ["bce_loss", "binary_cross_entropy"], IsNeverNegative: true,
        "−(y ln q + (1 − y) ln(1 − q)), q being p within epsilon and 1 − epsilon; y and p from 0 to 1",
        LossDefinition.ThirtyFour, [new LossParameter("epsilon", "1E-15", Least: 0, Most: "0.25")],
        parameters => new BinaryCrossEntropy(parameters["epsilon"]));

    public override RawLoss Of(WideDecimal truth, WideDecimal prediction)
    {
        if (!IsProbability(truth) || !IsProbability(prediction))
        {
            return RawLoss.None(
                LossProblem.OutOfDomain, "bce takes a truth and an inference from 0 to 1, and one is outside");
        }

        const int Digits = WideMath.Digits;
        var most = WideDecimal.One - Epsilon;
        var within = prediction.CompareTo(Epsilon) < 0 ? Epsilon
            : prediction.CompareTo(most) > 0 ? most
            : prediction;
        var ofTrue = truth.IsZero ? truth : truth * WideMath.Ln(within, Digits);
        var untruth = WideDecimal.One - truth;
        var ofFalse = untruth.IsZero ? untruth : untruth * WideMath.Ln(WideDecimal.One - within, Digits);
        return (-(ofTrue + ofFalse)).RoundTo(SettledDigits);
    }

    private static bool IsProbability(WideDecimal value) =>
        value.Sign >= 0 && value.CompareTo(WideDecimal.One) <= 0;
}
