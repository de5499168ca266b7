using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Outpost.Sdk;

/// <summary>
/// A decimal number as its text, so that every digit arrives on the chain. A decimal or a whole number becomes one by
/// itself; a double does not, since its digits are not those that were computed with: round it to a decimal first.
/// </summary>
public readonly partial record struct Number
{
    /// <summary>The longest text of a number that Outpost takes.</summary>
    public const int MaxLength = 128;

    private Number(string text) => Text = text;

    /// <summary>Sign, digits, point and exponent, such as -0.25 or 1.2e-5; the default value reads 0.</summary>
    public string Text => field ?? "0";

    /// <summary>A number from its text, digit by digit.</summary>
    /// <exception cref="FormatException">The text is no finite decimal number, or a very long one.</exception>
    public static Number Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        return trimmed.Length <= MaxLength && Pattern().IsMatch(trimmed)
            ? new Number(trimmed)
            : throw new FormatException(
                $"\"{(trimmed.Length > 40 ? trimmed[..40] + "…" : trimmed)}\" is not a decimal number such as 0.25");
    }

    /// <summary>The same value with the same digits, trailing zeros included.</summary>
    public static implicit operator Number(decimal value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same value; a number of more than <see cref="MaxLength"/> digits is refused.</summary>
    /// <exception cref="FormatException">It has more digits than Outpost takes.</exception>
    public static implicit operator Number(BigInteger value) => Parse(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The nearest <see cref="decimal"/>, for a module that calculates with it.</summary>
    /// <exception cref="OverflowException">The value is beyond the range of a decimal, about ±7.9e28.</exception>
    public decimal ToDecimal() => decimal.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The text itself.</summary>
    public override string ToString() => Text;

    [GeneratedRegex(@"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\z")]
    private static partial Regex Pattern();
}
