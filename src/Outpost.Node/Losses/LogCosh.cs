using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>Nearly half the square of a small error, nearly the magnitude of a large one.</summary>
internal sealed record LogCosh : LossFormula
{
    private static readonly WideDecimal Half = new(5, -1);

    private static readonly WideDecimal Ln2 = WideMath.Ln(Two, WideMath.Digits);

    public static LossDefinition Definition { get; } = new(
        "logcosh", ["log_cosh", "logcosh_loss"], IsNeverNegative: true, "ln cosh e", LossDefinition.ThirtyFour, [],
        _ => new LogCosh());

    public override RawLoss Of(WideDecimal truth, WideDecimal prediction)
    {
        const int Digits = WideMath.Digits;
        var error = (prediction - truth).Magnitude;
        if (error.IsZero)
        {
            return WideDecimal.Zero;
        }

        if (error.CompareTo(Half) > 0)
        {
            // ln cosh e = |e| − ln 2 + ln(1 + e^−2|e|): no term can outgrow the result.
            var beyond = WideDecimal.One + WideMath.Exp(-Two * error, Digits);
            return (error - Ln2 + WideMath.Ln(beyond, Digits)).RoundTo(SettledDigits);
        }

        // ln cosh e = ln(1 + sinh² e) / 2: of the smallest error all digits remain.
        var sinh = WideMath.OneMinusExpOfMinus(Two * error, Digits)
            .DividedBy(Two * WideMath.Exp(-error, Digits), Digits);
        var square = sinh * sinh;
        return (Half * WideMath.Ln(WideDecimal.One + square, Digits)).RoundTo(SettledDigits);
    }
}
