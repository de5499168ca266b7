using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>What to do with a loss too small for its logarithm to mean anything.</summary>
public enum SmallLoss
{
    /// <summary>
    /// As today's reputers: log10(0) is an error and no bundle is sent, so that one perfect inference costs a reputer
    /// its epoch. Losses above 0 have their logarithm however small they are.
    /// </summary>
    Refuse,

    /// <summary>
    /// Losses below 1e-40, the least that the chain takes, and 0 itself count as 1e-40. Each one is told.
    /// </summary>
    Floor,
}

/// <summary>
/// From a loss to what a reputer submits: cut to 34 digits, then log10 where the method is never negative, cut to 34
/// digits again; as the chain's arithmetic would (Allora math/dec.go).
/// </summary>
internal static class ChainLoss
{
    private static readonly WideDecimal Least = new(1, -40);

    public static LossResult Of(RawLoss loss, bool isLog10, SmallLoss small)
    {
        if (loss.Fault is not null)
        {
            return new LossResult.None(loss.Fault);
        }

        var number = loss.Number.CutTo(WideDecimal.ChainDigits);
        if (!isLog10)
        {
            return Written(number, isFloored: false);
        }

        if (number.Sign < 0)
        {
            return None(LossProblem.Negative, $"the loss {number} is below 0, and has no logarithm");
        }

        var isFloored = small == SmallLoss.Floor && number.CompareTo(Least) < 0;
        number = isFloored ? Least : number;
        return number.IsZero
            ? None(LossProblem.LogOfZero, "the loss is 0, and log10(0) is no number")
            : Written(WideMath.Log10(number, WideMath.Digits).RoundTo(WideDecimal.ChainDigits + 10), isFloored);
    }

    private static LossResult Written(WideDecimal number, bool isFloored) => number.TryWrite(out var text)
        ? new LossResult.Value(text, isFloored)
        : None(LossProblem.OutOfRange, $"the chain takes 0 and magnitudes from 1e-40 to 1e40, and not {number}");

    private static LossResult.None None(LossProblem problem, string detail) => new(new LossFault(problem, detail));
}
