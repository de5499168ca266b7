using System.Numerics;
using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>
/// Exponentials and logarithms of decimals, each to a relative error of a few units beyond the digits that are asked
/// for, also where the result is next to zero. Inside, numbers are binary with a fixed point.
/// </summary>
internal static class WideMath
{
    /// <summary>
    /// The digits that losses are computed in: the chain's, ten in which a rounding error can be told from a digit,
    /// and as many for what a formula loses on its way.
    /// </summary>
    public const int Digits = WideDecimal.ChainDigits + 20;

    /// <summary>No function is computed to more digits.</summary>
    private const int MostDigits = 400;

    /// <summary>What is smaller than this power of ten is nothing, as in the chain's arithmetic.</summary>
    private const int LeastExponent = -100_000;

    /// <summary>Up to this power, multiplying is faster than a logarithm and an exponential.</summary>
    private const int MostMultiplied = 10;

    private const int GuardBits = 40;
    private const int ConstantBits = 1500;

    // ln 2 = 18 atanh(1/26) − 2 atanh(1/4801) + 8 atanh(1/8749), from Størmer's theorem; so is ln 10.
    private static readonly BigInteger Ln2 =
        18 * InverseAtanh(26) - 2 * InverseAtanh(4801) + 8 * InverseAtanh(8749);

    private static readonly BigInteger Ln10 =
        46 * InverseAtanh(31) + 34 * InverseAtanh(49) + 20 * InverseAtanh(161);

    private static readonly WideDecimal Quarter = new(25, -2);

    private static readonly WideDecimal Half = new(5, -1);

    /// <summary>The natural logarithm of a number above zero.</summary>
    public static WideDecimal Ln(WideDecimal value, int digits)
    {
        var beyondOne = value - WideDecimal.One;
        if (beyondOne.Magnitude.CompareTo(Quarter) < 0)
        {
            return LnOfOneAnd(beyondOne, digits);
        }

        // value = rest × 10^tens = fraction × 2^twos × 10^tens, with a fraction between 0.7 and 1.5.
        var bits = BitsOf(digits);
        var tens = value.AdjustedExponent;
        var fraction = Fixed(value with { Exponent = value.Exponent - tens }, bits);
        var twos = 0;
        for (var most = (BigInteger.One << bits) * 3 / 2; fraction > most; twos++)
        {
            fraction >>= 1;
        }

        var one = BigInteger.One << bits;
        var part = ((fraction - one) << bits) / (fraction + one);
        return FromFixed(
            2 * (part * AtanhOverItself(part, bits) >> bits)
            + twos * Constant(Ln2, bits) + tens * Constant(Ln10, bits),
            bits, digits);
    }

    /// <summary>ln(1 + value), for a magnitude below 1/4, to the digits of a result however small.</summary>
    public static WideDecimal LnOfOneAnd(WideDecimal value, int digits)
    {
        var part = value.DividedBy(value + new WideDecimal(2, 0), digits + 5);
        var bits = BitsOf(digits);
        var factor = FromFixed(AtanhOverItself(Fixed(part, bits), bits), bits, digits + 5);
        return (new WideDecimal(2, 0) * part * factor).RoundTo(digits);
    }

    /// <summary>e^value for a value of at most zero; zero below 1e-100000.</summary>
    public static WideDecimal Exp(WideDecimal value, int digits)
    {
        // −value ≥ 10^6 > 100,000 ln 10.
        if (!value.IsZero && value.AdjustedExponent >= 6)
        {
            return WideDecimal.Zero;
        }

        const int Halvings = 8;
        var bits = BitsOf(digits) + 2 * Halvings + 20;
        var ln10 = Constant(Ln10, bits);
        var tens = BigInteger.DivRem(Fixed(value, bits), ln10, out var rest);
        var small = rest >> Halvings;
        var (sum, term) = (BigInteger.One << bits, BigInteger.One << bits);
        for (var index = 1; !term.IsZero && term != BigInteger.MinusOne; index++)
        {
            term = (term * small >> bits) / index;
            sum += term;
        }

        for (var halving = 0; halving < Halvings; halving++)
        {
            sum = sum * sum >> bits;
        }

        var result = FromFixed(sum, bits, digits);
        return tens < LeastExponent
            ? WideDecimal.Zero
            : result with { Exponent = result.Exponent + (int)tens };
    }

    /// <summary>1 − e^−value for a value of at least zero, to the digits of a result however small.</summary>
    public static WideDecimal OneMinusExpOfMinus(WideDecimal value, int digits)
    {
        if (value.CompareTo(Half) > 0)
        {
            return (WideDecimal.One - Exp(-value, digits)).RoundTo(digits);
        }

        // value × (1 − value/2 + value²/6 − …)
        var bits = BitsOf(digits);
        var small = Fixed(value, bits);
        var (sum, term) = (BigInteger.One << bits, BigInteger.One << bits);
        for (var index = 2; !term.IsZero && term != BigInteger.MinusOne; index++)
        {
            term = (-term * small >> bits) / index;
            sum += term;
        }

        return (value * FromFixed(sum, bits, digits + 5)).RoundTo(digits);
    }

    /// <summary>The decimal logarithm of a number above zero; exact for the powers of ten, as no other is.</summary>
    public static WideDecimal Log10(WideDecimal value, int digits)
    {
        if (value.IsPowerOfTen)
        {
            return new WideDecimal(value.AdjustedExponent, 0);
        }

        var bits = BitsOf(digits);
        return Ln(value, digits + 5).DividedBy(FromFixed(Constant(Ln10, bits), bits, digits + 5), digits);
    }

    /// <summary>value^power for a number above zero, and a result below 1e20000.</summary>
    public static WideDecimal Power(WideDecimal value, WideDecimal power, int digits)
    {
        if (power.Sign > 0 && power is { Exponent: 0, Coefficient: var whole } && whole <= MostMultiplied)
        {
            return Multiplied(value, (int)whole, digits);
        }

        // The exponent's own digits before the point are lost to the fraction.
        var exponent = power.RoundTo(digits + 10) * Ln(value, digits + 10);
        return exponent.Sign <= 0
            ? Exp(exponent, digits)
            : WideDecimal.One.DividedBy(Exp(-exponent, digits + 2), digits);
    }

    /// <summary>
    /// The difference of two numbers that may be next to each other: both are computed anew, with more digits, until
    /// enough of the difference remain. What agrees in the first 400 digits is equal.
    /// </summary>
    public static WideDecimal Difference(
        Func<int, WideDecimal> minuend, Func<int, WideDecimal> subtrahend, int digits)
    {
        for (var taken = digits + 10; ; taken = Math.Min(2 * taken, MostDigits))
        {
            var (left, right) = (minuend(taken), subtrahend(taken));
            var difference = left - right;
            var larger = left.Magnitude.CompareTo(right.Magnitude) > 0 ? left : right;
            var lost = difference.IsZero ? taken : larger.AdjustedExponent - difference.AdjustedExponent;
            if (larger.IsZero || taken - lost >= digits || taken == MostDigits)
            {
                return taken - lost > 5 ? difference.RoundTo(digits) : WideDecimal.Zero;
            }
        }
    }

    private static WideDecimal Multiplied(WideDecimal value, int times, int digits)
    {
        var product = WideDecimal.One;
        for (; times > 0; times--)
        {
            product = (product * value).RoundTo(digits + 5);
        }

        return product;
    }

    /// <summary>atanh(x)/x of a fixed-point x: 1 + x²/3 + x⁴/5 + …</summary>
    private static BigInteger AtanhOverItself(BigInteger value, int bits)
    {
        var square = value * value >> bits;
        var power = BigInteger.One << bits;
        var sum = power;
        for (var odd = 3; !power.IsZero; odd += 2)
        {
            power = power * square >> bits;
            sum += power / odd;
        }

        return sum;
    }

    private static BigInteger InverseAtanh(int inverse)
    {
        var power = (BigInteger.One << (ConstantBits + GuardBits)) / inverse;
        var sum = power;
        for (var odd = 3; !power.IsZero; odd += 2)
        {
            power /= inverse * inverse;
            sum += power / odd;
        }

        return sum >> GuardBits;
    }

    private static int BitsOf(int digits) => digits * 10 / 3 + GuardBits;

    private static BigInteger Constant(BigInteger constant, int bits) => constant >> (ConstantBits - bits);

    private static BigInteger Fixed(WideDecimal value, int bits)
    {
        if (value.IsZero || value.AdjustedExponent < -bits)
        {
            return BigInteger.Zero;
        }

        return value.Exponent >= 0
            ? value.Coefficient * WideDecimal.PowerOfTen(value.Exponent) << bits
            : (value.Coefficient << bits) / WideDecimal.PowerOfTen(-value.Exponent);
    }

    private static WideDecimal FromFixed(BigInteger value, int bits, int digits) =>
        new WideDecimal(value * WideDecimal.PowerOfTen(digits + 5) >> bits, -digits - 5).RoundTo(digits);
}
