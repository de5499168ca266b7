using System.Globalization;
using System.Numerics;
using System.Text;

namespace Outpost.Devnet.Wire;

/// <summary>
/// A decimal as the chain holds it (cockroachdb/apd): sign, coefficient, exponent; trailing zeros are significant.
/// </summary>
internal readonly record struct ExactDecimal(bool IsNegative, BigInteger Coefficient, int Exponent)
    : IComparable<ExactDecimal>
{
    private const int MaxExponent = 100_000;
    private const int LowestZeroExponent = -2000;
    private const int BoundExponent = 40;

    /// <summary>The significant digits of the chain's quotients; it cuts off the rest (math/dec.go).</summary>
    private const int QuotientDigits = 34;

    /// <summary>Where <see cref="Clamped"/> ends, so that squares and sums of what it gives fit a decimal.</summary>
    private const int ClampedExponent = 12;

    private const int ClampedPlaces = 15;

    /// <summary>Reads sign, digits, point and exponent; empty text is 0, NaN and Infinity are refused.</summary>
    public static bool TryParse(string text, out ExactDecimal value)
    {
        value = default;
        if (text.Length == 0)
        {
            return true;
        }

        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        if (mark >= 0 && !TryParseExponent(text.AsSpan(mark + 1), out exponent))
        {
            return false;
        }

        var mantissa = mark < 0 ? text.AsSpan() : text.AsSpan(0, mark);
        var negative = mantissa is ['-', ..];
        mantissa = mantissa is ['-' or '+', ..] ? mantissa[1..] : mantissa;
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : $"{mantissa[..point]}{mantissa[(point + 1)..]}";
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        if (digits.Length == 0 || digits.AsSpan().ContainsAnyExceptInRange('0', '9')
            || Math.Abs(exponent) > MaxExponent)
        {
            return false;
        }

        value = new(negative, BigInteger.Parse(digits, CultureInfo.InvariantCulture), exponent);
        return true;
    }

    /// <summary>A text that was found good before, such as one out of a decoded message.</summary>
    public static ExactDecimal Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"{text} is not a decimal");

    /// <summary>Zero, or 1e-40 ≤ |x| ≤ 1e40 (BoundedExp40Dec).</summary>
    public bool IsWithinBounds
    {
        get
        {
            if (Coefficient.IsZero)
            {
                return true;
            }

            var digits = Digits();
            var adjusted = Exponent + digits.Length - 1;
            return adjusted is >= -BoundExponent and < BoundExponent
                || (adjusted == BoundExponent && digits.AsSpan(1).TrimEnd('0').IsEmpty && digits[0] == '1');
        }
    }

    /// <summary>The text that the chain writes when it encodes (apd's format G).</summary>
    public string ToCanonicalText()
    {
        var digits = Digits();
        var length = digits.Length;
        // Zeros keep their places as digits, so that 0e-7 prints as 0.0000000.
        length += Coefficient.IsZero && Exponent is >= LowestZeroExponent and < 0 ? -Exponent : 0;
        var adjusted = Exponent + length - 1;
        return Exponent <= 0 && adjusted >= -6 ? ToPlainText() : Scientific(digits, Exponent + digits.Length - 1);
    }

    /// <summary>Positional notation, never an exponent: how events and REST answers print.</summary>
    public string ToPlainText()
    {
        var digits = Digits();
        var sign = IsNegative ? "-" : "";
        if (Exponent >= 0)
        {
            return Coefficient.IsZero ? sign + "0" : sign + digits + new string('0', Exponent);
        }

        var padded = digits.PadLeft(1 - Exponent, '0');
        return $"{sign}{padded.AsSpan(0, padded.Length + Exponent)}.{padded.AsSpan(padded.Length + Exponent)}";
    }

    public int CompareTo(ExactDecimal other)
    {
        var lowest = Math.Min(Exponent, other.Exponent);
        return Scaled(lowest).CompareTo(other.Scaled(lowest));
    }

    public static ExactDecimal Mean(ExactDecimal left, ExactDecimal right)
    {
        var lowest = Math.Min(left.Exponent, right.Exponent);
        var tenths = (left.Scaled(lowest) + right.Scaled(lowest)) * 5;
        return new(tenths.Sign < 0, BigInteger.Abs(tenths), lowest - 1);
    }

    /// <summary>Σ weight × value ÷ divisor, summed exactly and cut to 34 digits.</summary>
    public static ExactDecimal WeightedMean(
        IReadOnlyCollection<(BigInteger Weight, ExactDecimal Value)> values, BigInteger divisor)
    {
        var summands = values.Where(item => !item.Weight.IsZero && !item.Value.Coefficient.IsZero).ToArray();
        if (summands.Length == 0)
        {
            return default;
        }

        var exponent = summands.Min(item => item.Value.Exponent);
        var sum = BigInteger.Zero;
        foreach (var (weight, value) in summands)
        {
            sum += weight * value.Scaled(exponent);
        }

        var shift = Math.Max(0, QuotientDigits + 1 + LengthOf(divisor) - LengthOf(sum));
        var quotient = BigInteger.Abs(sum) * BigInteger.Pow(10, shift) / divisor;
        exponent -= shift;
        var surplus = Math.Max(0, LengthOf(quotient) - QuotientDigits);
        (quotient, exponent) = (quotient / BigInteger.Pow(10, surplus), exponent + surplus);

        while (!quotient.IsZero && exponent < 0 && (quotient % 10).IsZero)
        {
            (quotient, exponent) = (quotient / 10, exponent + 1);
        }

        return quotient.IsZero ? default : new(sum.Sign < 0, quotient, exponent);
    }

    /// <summary>To 15 places, and no further from zero than 1e12: for scores and regrets, which only compare.</summary>
    public decimal Clamped()
    {
        if (Coefficient.IsZero)
        {
            return 0;
        }

        const decimal One = 1_000_000_000_000_000m;
        var adjusted = Exponent + LengthOf(Coefficient) - 1;
        if (adjusted < -ClampedPlaces)
        {
            return 0;
        }

        var power = Exponent + ClampedPlaces;
        var magnitude = adjusted >= ClampedExponent ? 1_000_000_000_000m
            : (decimal)(power >= 0
                ? Coefficient * BigInteger.Pow(10, power)
                : Coefficient / BigInteger.Pow(10, -power)) / One;
        return IsNegative ? -magnitude : magnitude;
    }

    private static int LengthOf(BigInteger value) =>
        BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture).Length;

    private BigInteger Scaled(int exponent) =>
        (IsNegative ? -Coefficient : Coefficient) * BigInteger.Pow(10, Exponent - exponent);

    private string Digits() => Coefficient.ToString(CultureInfo.InvariantCulture);

    private string Scientific(string digits, int adjusted)
    {
        var text = new StringBuilder(IsNegative ? "-" : "").Append(digits[0]);
        if (digits.Length > 1)
        {
            text.Append('.').Append(digits, 1, digits.Length - 1);
        }

        text.Append(CultureInfo.InvariantCulture, $"E{(adjusted < 0 ? '-' : '+')}{Math.Abs(adjusted)}");
        return text.ToString();
    }

    private static bool TryParseExponent(ReadOnlySpan<char> text, out int exponent) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
        && Math.Abs((long)exponent) <= MaxExponent;
}
