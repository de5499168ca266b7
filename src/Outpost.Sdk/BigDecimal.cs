using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Outpost.Sdk;

/// <summary>
/// A decimal number of any length, exactly: amounts of tokens have more digits than a <see cref="decimal"/> holds.
/// Sums, differences and products are exact; a quotient is rounded to the digits that are asked for. Equal numbers are
/// equal however they came about: 1.50 is 1.5.
/// </summary>
public readonly record struct BigDecimal : IComparable<BigDecimal>
{
    /// <summary>Digits behind the point, and before it, that are read and written at most.</summary>
    public const int MaxDigits = 1000;

    private BigDecimal(BigInteger units, int scale)
    {
        // One number has one form: the shortest, so that equality and text follow from the parts.
        while (scale > 0)
        {
            var (quotient, rest) = BigInteger.DivRem(units, 10);
            if (!rest.IsZero)
            {
                break;
            }

            (units, scale) = (quotient, scale - 1);
        }

        (Units, Scale) = (units, scale);
    }

    /// <summary>The number without its point.</summary>
    public BigInteger Units { get; }

    /// <summary>How many of the digits stand behind the point.</summary>
    public int Scale { get; }

    /// <summary>True for 0, the default value.</summary>
    public bool IsZero => Units.IsZero;

    /// <summary>Units as a chain counts them: OfUnits(36100000000000, 6) is 36,100,000.</summary>
    /// <param name="units">The whole number that the chain has.</param>
    /// <param name="decimals">How many of its digits stand behind the point; from 0 to <see cref="MaxDigits"/>.</param>
    public static BigDecimal OfUnits(BigInteger units, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDigits);
        return new BigDecimal(units, decimals);
    }

    /// <summary>Reads digits with a sign, a point and an exponent where there are any: -0.25, 1.2e-5.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BigDecimal value)
    {
        value = default;
        var power = 0;
        if (text.IndexOfAny('e', 'E') is >= 0 and var mark)
        {
            if (!int.TryParse(
                    text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power)
                || Math.Abs(power) > MaxDigits)
            {
                return false;
            }

            text = text[..mark];
        }

        var point = text.IndexOf('.');
        var scale = point < 0 ? 0 : text.Length - point - 1;
        var digits = point < 0 ? text.ToString() : string.Concat(text[..point], text[(point + 1)..]);
        if (digits.Length is 0 or > MaxDigits || (scale > 0 && !char.IsAsciiDigit(text[point + 1]))
            || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var units))
        {
            return false;
        }

        scale -= power;
        value = scale < 0
            ? new BigDecimal(units * BigInteger.Pow(10, -scale), 0)
            : new BigDecimal(units, scale);
        return true;
    }

    /// <summary>Reads what <see cref="TryParse"/> reads.</summary>
    /// <exception cref="FormatException">It is no decimal number.</exception>
    public static BigDecimal Parse(string text) => TryParse(text, out var value)
        ? value
        : throw new FormatException("That is not a decimal number such as 0.25.");

    /// <summary>The same number.</summary>
    public static implicit operator BigDecimal(BigInteger value) => new(value, 0);

    /// <summary>The same number.</summary>
    public static implicit operator BigDecimal(long value) => new(value, 0);

    /// <summary>The same number.</summary>
    public static implicit operator BigDecimal(decimal value)
    {
        var scale = value.Scale;
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var units = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        return new BigDecimal(value < 0 ? -units : units, scale);
    }

    /// <summary>The exact sum.</summary>
    public static BigDecimal operator +(BigDecimal left, BigDecimal right)
    {
        var scale = Math.Max(left.Scale, right.Scale);
        return new BigDecimal(left.At(scale) + right.At(scale), scale);
    }

    /// <summary>The exact difference.</summary>
    public static BigDecimal operator -(BigDecimal left, BigDecimal right) => left + -right;

    /// <summary>The other sign.</summary>
    public static BigDecimal operator -(BigDecimal value) => new(-value.Units, value.Scale);

    /// <summary>The exact product.</summary>
    public static BigDecimal operator *(BigDecimal left, BigDecimal right) =>
        new(left.Units * right.Units, left.Scale + right.Scale);

    public static bool operator <(BigDecimal left, BigDecimal right) => left.CompareTo(right) < 0;
    public static bool operator >(BigDecimal left, BigDecimal right) => left.CompareTo(right) > 0;
    public static bool operator <=(BigDecimal left, BigDecimal right) => left.CompareTo(right) <= 0;
    public static bool operator >=(BigDecimal left, BigDecimal right) => left.CompareTo(right) >= 0;

    /// <summary>The number without its sign.</summary>
    public BigDecimal Abs() => new(BigInteger.Abs(Units), Scale);

    /// <summary>The quotient, rounded to so many digits behind the point; half goes to the even neighbour.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public BigDecimal DividedBy(BigDecimal divisor, int digits)
    {
        // Both are whole numbers over powers of ten: bring the quotient's digits in front of the point.
        var shift = digits + divisor.Scale - Scale;
        var (over, under) = shift >= 0
            ? (Units * BigInteger.Pow(10, shift), divisor.Units)
            : (Units, divisor.Units * BigInteger.Pow(10, -shift));
        return new BigDecimal(Rounded(over, under), digits);
    }

    /// <summary>Rounded to so many digits behind the point; half goes to the even neighbour.</summary>
    public BigDecimal Round(int digits) =>
        digits >= Scale ? this : new BigDecimal(Rounded(Units, BigInteger.Pow(10, Scale - digits)), digits);

    public int CompareTo(BigDecimal other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return At(scale).CompareTo(other.At(scale));
    }

    /// <summary>A number of JSON with all its digits, for a snapshot.</summary>
    [SuppressMessage("Design", "CA1024", Justification = "A new node each time: a node has one parent only.")]
    public JsonNode ToJson() => JsonNode.Parse(ToString())!;

    /// <summary>All digits, without an exponent: 0.00001, -12.5, 36100000.</summary>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Units).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        var sign = Units.Sign < 0 ? "-" : "";
        return Scale == 0 ? sign + digits : $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }

    private static BigInteger Rounded(BigInteger over, BigInteger under)
    {
        var (quotient, rest) = BigInteger.DivRem(over, under);
        var twice = BigInteger.Abs(rest * 2).CompareTo(BigInteger.Abs(under));
        var isAway = twice > 0 || (twice == 0 && !quotient.IsEven);
        return isAway ? quotient + (over.Sign * under.Sign) : quotient;
    }

    private BigInteger At(int scale) => scale == Scale ? Units : Units * BigInteger.Pow(10, scale - Scale);
}
