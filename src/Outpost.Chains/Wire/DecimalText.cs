using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Outpost.Chains.Wire;

/// <summary>
/// An exact decimal in the chain's canonical text (Allora math.Dec, apd 'G' format). The chain re-encodes decimals
/// before it verifies a signature, so only this text may be signed. Equal means the same text: 1.5 is not 1.50.
/// </summary>
public readonly record struct DecimalText
{
    /// <summary>Characters in an input without its outer white space, and in the text that comes of it.</summary>
    public const int MaxLength = 128;

    /// <summary>emissions' BoundedExp40Dec: 1e-40 ≤ |x| ≤ 1e40, or zero.</summary>
    private const int MaxMagnitude = 40;

    // Below this, apd prints a zero with its exponent instead of its zeros.
    private const int ZeroPositionalExponent = -2000;

    private const int MaxZeroExponent = 9_999;

    private DecimalText(string text) => Text = text;

    /// <summary>Never empty; the default value reads 0.</summary>
    public string Text => field ?? "0";

    /// <summary>
    /// Reads a decimal as people and models write it (sign, digits, point, exponent). Refuses NaN, infinities and
    /// what emissions' BoundedExp40Dec refuses: magnitudes other than zero outside 1e-40..1e40. Every digit is kept,
    /// trailing zeros too; more than <see cref="MaxLength"/> characters are refused, so that the work has a bound.
    /// <paramref name="problem"/> then says why.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<char> input, out DecimalText value, [NotNullWhen(false)] out string? problem)
    {
        value = default;
        var text = input.Trim();
        if (text.Length > MaxLength)
        {
            problem = $"a number of {text.Length} characters is too long: at most {MaxLength} are read";
            return false;
        }

        if (!DecimalScan.TryRead(text, out var scan))
        {
            problem = SyntaxProblem(text);
            return false;
        }

        problem = RangeProblem(text, scan);
        if (problem is not null)
        {
            return false;
        }

        var canonical = Canonical(scan);
        if (canonical.Length > MaxLength)
        {
            problem = $"{text} takes {canonical.Length} characters when written out: at most {MaxLength} are sent";
            return false;
        }

        value = new DecimalText(canonical);
        return true;
    }

    public bool Equals(DecimalText other) => string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override int GetHashCode() => string.GetHashCode(Text, StringComparison.Ordinal);

    public override string ToString() => Text;

    // apd's 'G' format; reference: Allora math/dec.go, the ground truth of allora-sdk-py tests/canon.
    private static string Canonical(DecimalScan scan)
    {
        var sign = scan.IsNegative ? "-" : "";
        var digits = scan.Digits;
        if (IsPositional(scan))
        {
            var fraction = -scan.Exponent;
            var padded = digits.Length > fraction ? digits : digits.PadLeft(fraction + 1, '0');
            return fraction == 0 ? sign + padded : $"{sign}{padded[..^fraction]}.{padded[^fraction..]}";
        }

        var rest = digits.Length == 1 ? "" : "." + digits[1..];
        var adjusted = scan.AdjustedExponent;
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{rest}E{adjusted:+0;-0}");
    }

    private static bool IsPositional(DecimalScan scan) =>
        scan.Exponent <= 0
        && (scan.IsZero ? scan.Exponent >= ZeroPositionalExponent : scan.AdjustedExponent >= -6);

    private static string? RangeProblem(ReadOnlySpan<char> text, DecimalScan scan)
    {
        if (scan.IsZero)
        {
            return Math.Abs(scan.Exponent) > MaxZeroExponent
                ? $"{text} has an exponent that no number needs: write 0"
                : null;
        }

        var adjusted = scan.AdjustedExponent;
        if (adjusted < -MaxMagnitude)
        {
            return $"{text} is too small: the chain takes zero, or magnitudes from 1e-40 to 1e40";
        }

        var isAbove = adjusted > MaxMagnitude || (adjusted == MaxMagnitude && !scan.IsPowerOfTen);
        return isAbove ? $"{text} is too large: the chain takes zero, or magnitudes from 1e-40 to 1e40" : null;
    }

    private static string SyntaxProblem(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return "the text is empty: a number is wanted";
        }

        var word = text.TrimStart("+-");
        if (word.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            return "NaN is not a number that the chain takes";
        }

        if (word.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || word.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            return "an infinity is not a number that the chain takes";
        }

        const int Shown = 40;
        var excerpt = text.Length <= Shown ? text.ToString() : text[..Shown].ToString() + "…";
        var hint = text.ContainsAny(",_ ") ? " without separators" : "";
        return $"\"{excerpt}\" is not a decimal number: write digits{hint}, such as 0.25 or 1.2e-5";
    }
}
