using Outpost.Node.Compute;
using Outpost.Node.Losses;
using static Outpost.Tests.Losses.Numbers;

namespace Outpost.Tests.Losses;

public sealed class WideDecimalTests
{
    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData("-.5", "-0.5")]
    [InlineData("+7.", "7")]
    [InlineData("1e2", "100")]
    [InlineData("-1.25E-5", "-0.0000125")]
    [InlineData("0e-99", "0")]
    [InlineData("-0.0", "0")]
    public void Writes_what_it_read_without_an_exponent(string text, string plain)
    {
        Assert.True(WideDecimal.TryRead(text, out var value));
        Assert.Equal(plain, value.ToPlainText());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e1000000")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData(".-5")]
    [InlineData("1 000")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("∞")]
    public void Reads_nothing_else(string text) => Assert.False(WideDecimal.TryRead(text, out _));

    [Fact]
    public void Reads_no_text_longer_than_the_chain_would()
    {
        Assert.True(WideDecimal.TryRead(new string('9', 128), out _));
        Assert.False(WideDecimal.TryRead(new string('9', 129), out _));
    }

    [Theory]
    [InlineData("1.9999999999999999999999999999999999999", "1.999999999999999999999999999999999")]
    [InlineData("-1.9999999999999999999999999999999999999", "-1.999999999999999999999999999999999")]
    [InlineData("12.500", "12.5")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e39", "1E+39")]
    public void Cuts_at_the_chains_34th_digit(string text, string written)
    {
        Assert.True(Wide(text).TryWrite(out var chain));
        Assert.Equal(written, chain.Text);
    }

    [Theory]
    [InlineData("1e41")]
    [InlineData("1e-41")]
    [InlineData("1e-99999")]
    public void Writes_nothing_that_the_chain_refuses(string text)
    {
        Assert.True(WideDecimal.TryRead(text, out var value));
        Assert.False(value.TryWrite(out _));
    }

    [Fact]
    public void Tells_the_difference_of_numbers_that_agree_in_a_hundred_digits()
    {
        // ln(7 + 7e-100) − ln 7 = ln(1 + 1e-100), which is 1e-100 but for half of its square.
        var tiny = new WideDecimal(1, -100);
        var next = Wide("7") + Wide("7") * tiny;
        var difference = WideMath.Difference(
            digits => WideMath.Ln(next, digits), digits => WideMath.Ln(Wide("7"), digits), 54);
        Assert.True((tiny - difference).Magnitude.CompareTo(tiny * new WideDecimal(1, -53)) < 0);
        var twice = WideMath.Difference(digits => WideMath.Ln(Wide("7"), digits), digits => WideMath.Ln(Wide("7"), digits), 54);
        Assert.True(twice.IsZero);
    }
}
