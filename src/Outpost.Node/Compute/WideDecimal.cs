using System.Globalization;
using System.Numerics;
using Outpost.Chains.Wire;

namespace Outpost.Node.Compute;

/// <summary>
/// A finite decimal of any number of digits: coefficient × 10^exponent. Sums, differences and products are exact;
/// whoever needs a bound rounds. Equal as a record means the same digits; <see cref="CompareTo"/> compares numbers.
/// </summary>
internal readonly record struct WideDecimal(BigInteger Coefficient, int Exponent) : IComparable<WideDecimal>
{
    /// <summary>The digits that the chain's arithmetic keeps; it cuts off the rest (Allora math/dec.go).</summary>
    public const int ChainDigits = 34;

    /// <summary>
    /// Of two summands that are further apart than this many digits the smaller is left out. Numbers of the chain
    /// (1e-40 to 1e40, at most 128 characters) are never so far apart, so their sums stay exact.
    /// </summary>
    private const int FarthestDigits = 1000;

    private static readonly BigInteger[] SmallPowers =
        [.. Enumerable.Range(0, 400).Select(power => BigInteger.Pow(10, power))];

    public static WideDecimal Zero => default;

    public static WideDecimal One => new(BigInteger.One, 0);

    public bool IsZero => Coefficient.IsZero;

    public int Sign => Coefficient.Sign;

    public WideDecimal Magnitude => this with { Coefficient = BigInteger.Abs(Coefficient) };

    /// <summary>The exponent when written with one digit before the point; of zero it says nothing.</summary>
    public int AdjustedExponent => Exponent + DigitsOf(Coefficient) - 1;

    public bool IsPowerOfTen => Sign > 0 && Coefficient == PowerOfTen(DigitsOf(Coefficient) - 1);

    public static WideDecimal From(DecimalText number) =>
        TryRead(number.Text, out var value) ? value : throw new FormatException($"{number} is not a decimal");

    /// <summary>
    /// Sign, digits, point, exponent, of at most <see cref="DecimalText.MaxLength"/> characters and with an exponent
    /// of at most five digits: a loss may be outside the range in which the chain takes numbers, its log10 inside.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<char> text, out WideDecimal value)
    {
        value = default;
        const NumberStyles Signed = NumberStyles.AllowLeadingSign;
        var mark = text.IndexOfAny('e', 'E');
        var exponent = 0;
        if (text.Length > DecimalText.MaxLength
            || (mark >= 0 && (text.Length - mark > 7
                || !int.TryParse(text[(mark + 1)..], Signed, CultureInfo.InvariantCulture, out exponent))))
        {
            return false;
        }

        var mantissa = mark < 0 ? text : text[..mark];
        if (!BigInteger.TryParse(
            mantissa.ToString().Replace(".", "", StringComparison.Ordinal), Signed, CultureInfo.InvariantCulture,
            out var coefficient) || mantissa.Count('.') > 1 || mantissa.LastIndexOfAny('+', '-') > 0)
        {
            return false;
        }

        var point = mantissa.IndexOf('.');
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        value = coefficient.IsZero ? Zero : new WideDecimal(coefficient, exponent);
        return true;
    }

    public static WideDecimal operator +(WideDecimal left, WideDecimal right)
    {
        if (left.IsZero || right.IsZero)
        {
            return left.IsZero ? right : left;
        }

        var gap = left.AdjustedExponent - right.AdjustedExponent;
        if (Math.Abs(gap) > FarthestDigits)
        {
            return gap > 0 ? left : right;
        }

        var lowest = Math.Min(left.Exponent, right.Exponent);
        return new WideDecimal(left.Scaled(lowest) + right.Scaled(lowest), lowest);
    }

    public static WideDecimal operator -(WideDecimal value) => value with { Coefficient = -value.Coefficient };

    public static WideDecimal operator -(WideDecimal left, WideDecimal right) => left + -right;

    public static WideDecimal operator *(WideDecimal left, WideDecimal right) =>
        left.IsZero || right.IsZero
            ? Zero
            : new WideDecimal(left.Coefficient * right.Coefficient, left.Exponent + right.Exponent);

    /// <summary>The quotient, cut off after the given number of digits or one more.</summary>
    public WideDecimal DividedBy(WideDecimal divisor, int digits)
    {
        if (IsZero)
        {
            return Zero;
        }

        var more = Math.Max(0, digits + DigitsOf(divisor.Coefficient) - DigitsOf(Coefficient));
        return new WideDecimal(
            Coefficient * PowerOfTen(more) / divisor.Coefficient, Exponent - more - divisor.Exponent);
    }

    /// <summary>At most the given number of digits, the rest cut off, as the chain does.</summary>
    public WideDecimal CutTo(int digits)
    {
        var less = DigitsOf(Coefficient) - digits;
        return less <= 0 ? this : new WideDecimal(Coefficient / PowerOfTen(less), Exponent + less);
    }

    /// <summary>At most the given number of digits, to the nearest; halves away from zero.</summary>
    public WideDecimal RoundTo(int digits)
    {
        var less = DigitsOf(Coefficient) - digits;
        return less <= 0
            ? this
            : new WideDecimal(
                (Coefficient + Sign * PowerOfTen(less) / 2) / PowerOfTen(less), Exponent + less);
    }

    public int CompareTo(WideDecimal other) => (this - other).Sign;

    /// <summary>
    /// In the chain's own digits and text; false when the chain takes no number of this size, or the smallest ones.
    /// </summary>
    public bool TryWrite(out DecimalText text)
    {
        var cut = CutTo(ChainDigits);
        while (cut.Exponent < 0 && !cut.IsZero && BigInteger.Remainder(cut.Coefficient, 10).IsZero)
        {
            cut = new WideDecimal(cut.Coefficient / 10, cut.Exponent + 1);
        }

        cut = cut.Exponent > 0 && cut.AdjustedExponent < ChainDigits
            ? new WideDecimal(cut.Scaled(0), 0)
            : cut;
        return DecimalText.TryParse(cut.IsZero ? "0" : cut.ToString(), out text, out _);
    }

    /// <summary>All digits, without an exponent.</summary>
    public string ToPlainText()
    {
        var digits = Magnitude.Scaled(Math.Min(Exponent, 0)).ToString(CultureInfo.InvariantCulture);
        var fraction = Math.Max(-Exponent, 0);
        var padded = digits.PadLeft(fraction + 1, '0');
        var text = fraction == 0 ? padded : $"{padded[..^fraction]}.{padded[^fraction..]}";
        return Sign < 0 ? "-" + text : text;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Coefficient}E{Exponent}");

    internal static BigInteger PowerOfTen(int power) =>
        power < SmallPowers.Length ? SmallPowers[power] : BigInteger.Pow(10, power);

    private BigInteger Scaled(int exponent) => Coefficient * PowerOfTen(Exponent - exponent);

    private static int DigitsOf(BigInteger coefficient)
    {
        if (coefficient.IsZero)
        {
            return 1;
        }

        // log10 2 a little too small, so never too many; a power of ten or two tells the rest.
        var magnitude = BigInteger.Abs(coefficient);
        var digits = (int)((magnitude.GetBitLength() - 1) * 30_102 / 100_000) + 1;
        while (magnitude >= PowerOfTen(digits))
        {
            digits++;
        }

        return digits;
    }
}
