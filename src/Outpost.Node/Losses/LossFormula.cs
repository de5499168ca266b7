using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>One idea of what a loss is, with its parameters. Pure: equal values give equal losses.</summary>
internal abstract record LossFormula
{
    /// <summary>
    /// Results that are not exact are rounded to these digits, ten more than the chain keeps, before the chain's
    /// cutting off, so that 0.999…9 for 1 does not lose a digit.
    /// </summary>
    protected const int SettledDigits = WideDecimal.ChainDigits + 10;

    private protected static readonly WideDecimal Two = new(2, 0);

    /// <summary>The loss of a prediction, not yet cut to the chain's digits.</summary>
    public abstract RawLoss Of(WideDecimal truth, WideDecimal prediction);
}

/// <summary>What there is to know of a method: names, formula, parameters; docs/losses.md is made from it.</summary>
/// <param name="Aliases">Other names under which topics and configs know it.</param>
/// <param name="IsNeverNegative">Whether reputers submit the decimal logarithm of it.</param>
/// <param name="Formula">With truth y, prediction p and e = p − y.</param>
internal sealed record LossDefinition(
    string Name, IReadOnlyList<string> Aliases, bool IsNeverNegative, string Formula, string Accuracy,
    IReadOnlyList<LossParameter> Parameters, Func<LossParameters, LossFormula> Make)
{
    public const string Exact = "exact before the 35th digit is cut off";

    public const string ThirtyFour = "34 significant digits";

    public static IReadOnlyList<LossDefinition> All { get; } =
    [
        SquaredError.Definition, AbsoluteError.Definition, HuberLoss.Definition, LogCosh.Definition,
        BinaryCrossEntropy.Definition, PoissonLoss.Definition, ZTanhError.Definition, ZPowerTanhError.Definition,
    ];
}
