using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>The distance of truth and prediction on the scale of tanh, in standard deviations: at most 2.</summary>
internal sealed record ZTanhError(WideDecimal Std, WideDecimal Mean) : LossFormula
{
    public static LossDefinition Definition { get; } = new(
        "ztae", ["ztae_loss", "z_transformed_absolute_error"], IsNeverNegative: true,
        "\\|tanh((y − mean)/std) − tanh((p − mean)/std)\\|", LossDefinition.ThirtyFour,
        [new LossParameter("std", null, Least: 0), new LossParameter("mean", "0")],
        parameters => new ZTanhError(parameters["std"], parameters["mean"]));

    // With a the nearer to 0 and b the farther, both as magnitudes, and d the distance of truth and prediction, all in
    // standard deviations, the difference is 2 (1 − e^−2d) / ((1 + e^−2a) (1 + e^−2b)), times e^−2a where both lie on
    // one side of the mean. Nothing in it cancels, however near the values and however far from the mean.
    public override RawLoss Of(WideDecimal truth, WideDecimal prediction)
    {
        if ((prediction - truth).IsZero)
        {
            return WideDecimal.Zero;
        }

        const int Digits = WideMath.Digits;
        var (one, other) = (truth - Mean, prediction - Mean);
        var isOneNearer = one.Magnitude.CompareTo(other.Magnitude) < 0;
        var near = WideMath.Exp(-TwiceDeviations(isOneNearer ? one : other), Digits);
        var far = WideMath.Exp(-TwiceDeviations(isOneNearer ? other : one), Digits);
        var rise = WideMath.OneMinusExpOfMinus(TwiceDeviations(prediction - truth), Digits);
        var top = one.Sign * other.Sign > 0 ? Two * rise * near : Two * rise;
        return top.IsZero
            ? RawLoss.None(LossProblem.TooSmall, "ztae cannot tell values so many standard deviations from the mean")
            : top.DividedBy((WideDecimal.One + near) * (WideDecimal.One + far), Digits).RoundTo(SettledDigits);
    }

    /// <summary>Twice the distance, in standard deviations.</summary>
    private WideDecimal TwiceDeviations(WideDecimal distance) =>
        Two * distance.Magnitude.DividedBy(Std, WideMath.Digits);
}
