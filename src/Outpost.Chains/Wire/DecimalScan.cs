namespace Outpost.Chains.Wire;

/// <summary>
/// The parts of a decimal: sign, coefficient without leading zeros (at least one digit), exponent of ten.
/// </summary>
internal readonly record struct DecimalScan(bool IsNegative, string Digits, int Exponent)
{
    /// <summary>
    /// Exponents beyond this are read as this: far outside the chain's range, and far from overflow in sums.
    /// </summary>
    public const int ExponentLimit = 99_999;

    public bool IsZero => Digits == "0";

    public bool IsPowerOfTen => Digits[0] == '1' && !Digits.AsSpan(1).ContainsAnyExcept('0');

    /// <summary>The exponent when written with one digit before the point.</summary>
    public int AdjustedExponent => Exponent + Digits.Length - 1;

    /// <summary>[sign] digits [. digits] [(e|E) [sign] digits], with a digit before or after the point.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out DecimalScan scan)
    {
        scan = default;
        var isNegative = text.StartsWith('-');
        if (isNegative || text.StartsWith('+'))
        {
            text = text[1..];
        }

        var exponent = 0;
        var mark = text.IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            if (!TryReadExponent(text[(mark + 1)..], out exponent))
            {
                return false;
            }

            text = text[..mark];
        }

        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? default : text[(point + 1)..];
        if (whole.Length + fraction.Length == 0 || !AreDigits(whole) || !AreDigits(fraction))
        {
            return false;
        }

        var digits = string.Concat(whole, fraction).TrimStart('0');
        scan = new DecimalScan(isNegative, digits.Length == 0 ? "0" : digits, exponent - fraction.Length);
        return true;
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        var isNegative = text.StartsWith('-');
        if (isNegative || text.StartsWith('+'))
        {
            text = text[1..];
        }

        if (text.IsEmpty || !AreDigits(text))
        {
            return false;
        }

        foreach (var digit in text)
        {
            exponent = Math.Min(exponent * 10 + (digit - '0'), ExponentLimit);
        }

        exponent = isNegative ? -exponent : exponent;
        return true;
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
