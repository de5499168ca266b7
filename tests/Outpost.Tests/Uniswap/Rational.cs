using System.Globalization;
using System.Numerics;

namespace Outpost.Tests.Uniswap;

/// <summary>A fraction in lowest terms; written as a decimal number, which it has to be.</summary>
internal readonly record struct Rational
{
    private readonly BigInteger _under;

    public Rational(BigInteger over, BigInteger under)
    {
        var common = BigInteger.GreatestCommonDivisor(over, under);
        (Over, _under) = (over / common, under / common);
    }

    public BigInteger Over { get; }

    public BigInteger Under => _under.IsZero ? 1 : _under;

    public bool IsZero => Over.IsZero;

    public static Rational operator +(Rational one, Rational other) =>
        new((one.Over * other.Under) + (other.Over * one.Under), one.Under * other.Under);

    public static Rational operator *(Rational one, Rational other) => new(one.Over * other.Over, one.Under * other.Under);

    public static Rational operator /(Rational one, Rational other) => new(one.Over * other.Under, one.Under * other.Over);

    public static bool operator >(Rational one, Rational other) => one.Over * other.Under > other.Over * one.Under;

    public static bool operator <(Rational one, Rational other) => other > one;

    public static bool operator >=(Rational one, Rational other) => !(other > one);

    public static bool operator <=(Rational one, Rational other) => !(one > other);

    /// <summary>Half to even.</summary>
    public Rational Round(int digits)
    {
        var scale = BigInteger.Pow(10, digits);
        var floor = BigInteger.DivRem(Over * scale, Under, out var rest);
        var half = (rest * 2).CompareTo(Under);
        return new Rational(half > 0 || (half == 0 && !floor.IsEven) ? floor + 1 : floor, scale);
    }

    public override string ToString()
    {
        for (var digits = 0; digits <= 300; digits++)
        {
            var scaled = Over * BigInteger.Pow(10, digits);
            if ((scaled % Under).IsZero)
            {
                var text = (scaled / Under).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
                return digits == 0 ? text : $"{text[..^digits]}.{text[^digits..]}";
            }
        }

        throw new InvalidOperationException("That is no decimal number.");
    }
}
