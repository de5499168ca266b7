using System.Numerics;
using Outpost.Sdk;

namespace Outpost.Uniswap.Prices;

/// <summary>A number that is not negative, exactly: what is worked out with it is rounded once, at its end.</summary>
internal readonly struct Fraction : IComparable<Fraction>
{
    // 0 stands for 1, so that the default value is 0.
    private readonly BigInteger _under;

    /// <param name="under">Greater than 0.</param>
    public Fraction(BigInteger over, BigInteger under)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(over);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(under);
        (Over, _under) = (over, under);
    }

    public BigInteger Over { get; }

    public BigInteger Under => _under.IsZero ? BigInteger.One : _under;

    public bool IsZero => Over.IsZero;

    /// <summary>Units as a token counts them: a whole one is 10 to the power of its decimals.</summary>
    public static Fraction OfUnits(BigInteger units, int decimals) => new(units, BigInteger.Pow(10, decimals));

    public static Fraction operator *(Fraction left, Fraction right) =>
        left.IsZero || right.IsZero ? default : new(left.Over * right.Over, left.Under * right.Under);

    /// <summary>0 where the divisor is 0: what nothing is known of is worth nothing.</summary>
    public Fraction OrZeroOver(Fraction divisor) =>
        IsZero || divisor.IsZero ? default : new(Over * divisor.Under, Under * divisor.Over);

    public static Fraction operator +(Fraction left, Fraction right) => left.Under == right.Under
        ? new(left.Over + right.Over, left.Under)
        : new((left.Over * right.Under) + (right.Over * left.Under), left.Under * right.Under);

    public int CompareTo(Fraction other) => Under == other.Under
        ? Over.CompareTo(other.Over)
        : (Over * other.Under).CompareTo(other.Over * Under);

    /// <summary>The larger of two.</summary>
    public static Fraction Max(Fraction one, Fraction other) => one.CompareTo(other) >= 0 ? one : other;

    /// <summary>Rounded to so many digits behind the point; half goes to the even neighbour.</summary>
    public BigDecimal Round(int digits) => ((BigDecimal)Over).DividedBy(Under, digits);
}
