using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Outpost.Chains.Wire;

namespace Outpost.Tests.Wire;

public sealed class DecimalTextTests
{
    // allora-sdk-py, tests/canon/canon_ground_truth.json: what the chain re-encodes each text to.
    [Theory]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1E-7")]
    [InlineData("1e-6", "0.000001")]
    [InlineData("1e-05", "0.00001")]
    [InlineData("1.2345e-6", "0.0000012345")]
    [InlineData("1.2345e-7", "1.2345E-7")]
    [InlineData("1.0E-7", "1.0E-7")]
    [InlineData("1.2345e7", "1.2345E+7")]
    [InlineData("1e1", "1E+1")]
    [InlineData("1e+20", "1E+20")]
    [InlineData("1e2", "1E+2")]
    [InlineData("1.50", "1.50")]
    [InlineData("100.0", "100.0")]
    [InlineData("0e1", "0E+1")]
    [InlineData("0e-7", "0.0000000")]
    [InlineData("0e-1", "0.0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("+0.5", "0.5")]
    [InlineData("0001.5", "1.5")]
    [InlineData("0.000000000000001", "1E-15")]
    [InlineData("0.123456789012345678901234567890", "0.123456789012345678901234567890")]
    public void Writes_what_the_chain_writes(string input, string canonical) => AssertCanonical(input, canonical);

    // The same rule on forms that models answer with.
    [Theory]
    [InlineData("3.1415\n", "3.1415")]
    [InlineData("\t 7 ", "7")]
    [InlineData("-0.0015", "-0.0015")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("-.5e-3", "-0.0005")]
    [InlineData("12E0", "12")]
    [InlineData("1e000002", "1E+2")]
    [InlineData("123e-2", "1.23")]
    [InlineData("100", "100")]
    [InlineData("0", "0")]
    [InlineData("000", "0")]
    [InlineData("0.00", "0.00")]
    [InlineData("0E-9999", "0E-9999")]
    [InlineData("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890")]
    [InlineData("65536.00000000000000000000001", "65536.00000000000000000000001")]
    public void Keeps_every_digit(string input, string canonical) => AssertCanonical(input, canonical);

    // emissions' BoundedExp40Dec.
    [Theory]
    [InlineData("1e40", "1E+40")]
    [InlineData("-1.000e40", "-1.000E+40")]
    [InlineData("9.99e39", "9.99E+39")]
    [InlineData("1e-40", "1E-40")]
    [InlineData("10e-41", "1.0E-40")]
    public void Takes_the_ends_of_the_range(string input, string canonical) => AssertCanonical(input, canonical);

    [Theory]
    [InlineData("1e41", "1e41 is too large: the chain takes zero, or magnitudes from 1e-40 to 1e40")]
    [InlineData("1e308", "1e308 is too large: the chain takes zero, or magnitudes from 1e-40 to 1e40")]
    [InlineData("-1.0001e40", "-1.0001e40 is too large: the chain takes zero, or magnitudes from 1e-40 to 1e40")]
    [InlineData("1e99999999999", "1e99999999999 is too large: the chain takes zero, or magnitudes from 1e-40 to 1e40")]
    [InlineData("9.99e-41", "9.99e-41 is too small: the chain takes zero, or magnitudes from 1e-40 to 1e40")]
    [InlineData("1e-9999999999", "1e-9999999999 is too small: the chain takes zero, or magnitudes from 1e-40 to 1e40")]
    [InlineData("0e10000", "0e10000 has an exponent that no number needs: write 0")]
    [InlineData("0e-99999999999", "0e-99999999999 has an exponent that no number needs: write 0")]
    [InlineData("0e-500", "0e-500 takes 502 characters when written out: at most 128 are sent")]
    public void Refuses_what_the_chain_could_not_decode(string input, string problem) => AssertProblem(input, problem);

    [Theory]
    [InlineData("NaN", "NaN is not a number that the chain takes")]
    [InlineData("-nan", "NaN is not a number that the chain takes")]
    [InlineData("Infinity", "an infinity is not a number that the chain takes")]
    [InlineData("-inf", "an infinity is not a number that the chain takes")]
    [InlineData("", "the text is empty: a number is wanted")]
    [InlineData(" \n", "the text is empty: a number is wanted")]
    [InlineData("1,234.5",
        "\"1,234.5\" is not a decimal number: write digits without separators, such as 0.25 or 1.2e-5")]
    [InlineData("0x10", "\"0x10\" is not a decimal number: write digits, such as 0.25 or 1.2e-5")]
    [InlineData("{\"value\":1,\"confidence\":0.99,\"time\":\"now\"}",
        "\"{\"value\":1,\"confidence\":0.99,\"time\":\"now…\" is not a decimal number: "
        + "write digits without separators, such as 0.25 or 1.2e-5")]
    public void Says_why_a_text_is_no_number(string input, string problem) => AssertProblem(input, problem);

    [Theory]
    [InlineData(".")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("+-1")]
    [InlineData("1.2.3")]
    [InlineData("e5")]
    [InlineData(".e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e5.5")]
    [InlineData("1e--5")]
    [InlineData("1 2")]
    [InlineData("1_000")]
    [InlineData("\u0661")]
    [InlineData("\u22121")]
    [InlineData("1e\u22125")]
    [InlineData("null")]
    [InlineData("<html>")]
    public void Reads_nothing_but_decimals(string input)
    {
        Assert.False(DecimalText.TryParse(input, out _, out var problem));
        Assert.Contains("is not a decimal number", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_no_more_than_its_bound()
    {
        Assert.True(DecimalText.TryParse("0." + new string('1', 126), out _, out _));
        AssertProblem("0." + new string('1', 127), "a number of 129 characters is too long: at most 128 are read");
    }

    [Fact]
    public void Is_zero_when_nothing_was_read()
    {
        Assert.True(DecimalText.TryParse("0", out var zero, out _));
        Assert.Equal("0", default(DecimalText).Text);
        Assert.Equal(zero, default);
        Assert.Equal(zero.GetHashCode(), default(DecimalText).GetHashCode());
    }

    [Fact]
    public void Canonical_text_is_its_own_canonical_text_and_keeps_the_value()
    {
        var texts =
            from isNegative in Gen.Elements("", "-", "+")
            from whole in Digits(0, 30)
            from fraction in Digits(whole.Length == 0 ? 1 : 0, 30)
            from exponent in Gen.Choose(-60, 60)
            from isScientific in Gen.Elements(true, false)
            select $"{isNegative}{whole}.{fraction}{(isScientific ? FormattableString.Invariant($"e{exponent}") : "")}";
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5_000),
            Prop.ForAll(Arb.From(texts), text =>
            {
                if (!DecimalText.TryParse(text, out var once, out var problem))
                {
                    return problem.Contains("the chain takes", StringComparison.Ordinal);
                }

                return DecimalText.TryParse(once.Text, out var twice, out _)
                    && once == twice
                    && HasSameValue(text, once.Text);
            }));
    }

    private static Gen<string> Digits(int least, int most) =>
        from length in Gen.Choose(least, most)
        from digits in Gen.ArrayOf(Gen.Elements("00000123456789".ToCharArray()), length)
        select new string(digits);

    // Compares coefficient × 10^exponent as whole numbers, with another reader than the one under test.
    private static bool HasSameValue(string left, string right)
    {
        var (first, firstExponent) = Value(left);
        var (second, secondExponent) = Value(right);
        var least = Math.Min(firstExponent, secondExponent);
        return first * BigInteger.Pow(10, firstExponent - least) == second * BigInteger.Pow(10, secondExponent - least);
    }

    private static (BigInteger Coefficient, int Exponent) Value(string text)
    {
        var parts = text.Split('e', 'E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var fractionLength = point < 0 ? 0 : parts[0].Length - point - 1;
        var exponent = parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        var coefficient = BigInteger.Parse(
            parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return (coefficient, exponent - fractionLength);
    }

    private static void AssertCanonical(string input, string canonical)
    {
        Assert.True(DecimalText.TryParse(input, out var value, out var problem), problem);
        Assert.Equal(canonical, value.Text);
        Assert.Equal(canonical, value.ToString());
    }

    private static void AssertProblem(string input, string expected)
    {
        Assert.False(DecimalText.TryParse(input, out _, out var problem));
        Assert.Equal(expected, problem);
    }
}
