using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Outpost.Sdk;

namespace Outpost.Tests.Sdk;

public sealed class BigDecimalTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1.50", "1.5")]
    [InlineData("-12.500", "-12.5")]
    [InlineData(".25", "0.25")]
    [InlineData("+7.", "7")]
    [InlineData("1.2e-5", "0.000012")]
    [InlineData("12E3", "12000")]
    [InlineData("5192296858534827.628530496329220095", "5192296858534827.628530496329220095")]
    public void Reads_and_writes(string text, string written)
    {
        Assert.Equal(written, BigDecimal.Parse(text).ToString());
        Assert.Equal(written, BigDecimal.Parse(text).ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData("1e5000")]
    [InlineData("1 000")]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    [InlineData("1.-5")]
    [InlineData(".-5")]
    public void Refuses(string text)
    {
        Assert.False(BigDecimal.TryParse(text, out _));
        Assert.Throws<FormatException>(() => BigDecimal.Parse(text));
    }

    [Theory]
    [InlineData("1", "3", 4, "0.3333")]
    [InlineData("-1", "3", 4, "-0.3333")]
    [InlineData("2", "-3", 2, "-0.67")]
    [InlineData("1", "8", 2, "0.12")]
    [InlineData("3", "8", 2, "0.38")]
    [InlineData("-3", "8", 2, "-0.38")]
    [InlineData("1000", "0.001", 0, "1000000")]
    [InlineData("0.0004", "1000", 3, "0")]
    public void Divides_to_the_digits_asked_for(string over, string under, int digits, string quotient) =>
        Assert.Equal(quotient, BigDecimal.Parse(over).DividedBy(BigDecimal.Parse(under), digits).ToString());

    /// <summary>As decimal counts, as far as decimal goes.</summary>
    [Fact]
    public void Counts_as_decimal_does() => Prop.ForAll<int[], byte[]>((units, scales) =>
    {
        var (left, right) = (At(units, scales, 0), At(units, scales, 1));
        BigDecimal bigLeft = left;
        BigDecimal bigRight = right;
        Assert.Equal((BigDecimal)(left + right), bigLeft + bigRight);
        Assert.Equal((BigDecimal)(left - right), bigLeft - bigRight);
        Assert.Equal((BigDecimal)(left * right), bigLeft * bigRight);
        Assert.Equal(left.CompareTo(right), bigLeft.CompareTo(bigRight));
        Assert.Equal((BigDecimal)Math.Round(left, 2, MidpointRounding.ToEven), bigLeft.Round(2));
        Assert.Equal(bigLeft, BigDecimal.Parse(left.ToString(CultureInfo.InvariantCulture)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Holds_the_largest_reserves() =>
        Assert.Equal(
            "5192296858534827.628530496329220095",
            BigDecimal.OfUnits(BigInteger.Pow(2, 112) - 1, 18).ToString());

    private static decimal At(int[] units, byte[] scales, int index) =>
        new decimal(units.ElementAtOrDefault(index)) / (decimal)BigInteger.Pow(10, scales.ElementAtOrDefault(index) % 9);
}
