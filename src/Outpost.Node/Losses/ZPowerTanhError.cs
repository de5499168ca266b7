using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>
/// As <see cref="ZTanhError"/>, but on a scale that goes on growing with a power far from the mean, and with a term
/// that punishes the largest errors.
/// </summary>
/// <param name="Alpha">The power with which the scale grows far from the mean.</param>
/// <param name="Beta">How sharply it bends on its way there.</param>
/// <param name="MseNorm">Errors of less than one by this number of standard deviations are hardly punished.</param>
/// <param name="Gamma">The power of that punishment.</param>
internal sealed record ZPowerTanhError(
    WideDecimal Std, WideDecimal Mean, WideDecimal Alpha, WideDecimal Beta, WideDecimal MseNorm, WideDecimal Gamma)
    : LossFormula
{
    /// <summary>The exponent of the scale's root: (1 − alpha) / beta.</summary>
    private readonly WideDecimal _root = (WideDecimal.One - Alpha).DividedBy(Beta, 400);

    // The bounds of beta and gamma are ours: no power of a number of the chain outgrows what is computed with.
    public static LossDefinition Definition { get; } = new(
        "zptae", ["zptae_loss", "z_power_tanh_absolute_error"], IsNeverNegative: true,
        "\\|t(z_y) − t(z_p)\\| + (mse_norm \\|z_y − z_p\\|)^gamma, z_v = (v − mean)/std, "
            + "t(x) = x / (1 + \\|x\\|^beta)^((1 − alpha)/beta)",
        LossDefinition.ThirtyFour,
        [
            new LossParameter("std", null, Least: 0), new LossParameter("mean", "0"),
            new LossParameter("alpha", "0.25", Least: 0, TakesLeast: true, Most: "1"),
            new LossParameter("beta", "2", Least: 0, Most: "100"),
            new LossParameter("mse_norm", "0.01", Least: 0, TakesLeast: true),
            new LossParameter("gamma", "4", Least: 0, Most: "100"),
        ],
        given => new ZPowerTanhError(
            given["std"], given["mean"], given["alpha"], given["beta"], given["mse_norm"], given["gamma"]));

    public override RawLoss Of(WideDecimal truth, WideDecimal prediction)
    {
        const int Digits = WideMath.Digits;
        var distance = (prediction - truth).Magnitude;
        if (distance.IsZero)
        {
            return WideDecimal.Zero;
        }

        var bent = WideMath.Difference(
            digits => Scale(truth - Mean, digits), digits => Scale(prediction - Mean, digits), Digits).Magnitude;
        var punished = MseNorm * distance.DividedBy(Std, Digits);
        return punished.IsZero
            ? bent.RoundTo(SettledDigits)
            : (bent + WideMath.Power(punished, Gamma, Digits)).RoundTo(SettledDigits);
    }

    private WideDecimal Scale(WideDecimal fromMean, int digits)
    {
        if (fromMean.IsZero)
        {
            return fromMean;
        }

        var x = fromMean.DividedBy(Std, digits);
        if (_root.IsZero)
        {
            return x;
        }

        var grown = WideDecimal.One + WideMath.Power(x.Magnitude, Beta, digits);
        return (x * WideMath.Power(grown, -_root, digits)).RoundTo(digits);
    }
}
