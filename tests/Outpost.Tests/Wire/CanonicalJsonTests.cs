using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Outpost.Chains.Wire;

namespace Outpost.Tests.Wire;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b": 1, "a": [ true, false, null, "x" ] }""", """{"a":[true,false,null,"x"],"b":1}""")]
    [InlineData("""{"z":{"b":2,"a":1},"":0,"A":3}""", """{"":0,"A":3,"z":{"a":1,"b":2}}""")]
    [InlineData("""[ ]""", "[]")]
    [InlineData("""{ }""", "{}")]
    public void Sorts_names_and_drops_white_space(string json, string expected) => AssertCanonical(json, expected);

    // RFC 8785, 3.2.3, prints this order by UTF-16 units; by code points, as Python and Go sort, the last two change places.
    [Fact]
    public void Sorts_by_code_points() => AssertCanonical(
        """{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""",
        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"\ufb33\":3,\"😀\":5}");

    [Theory]
    [InlineData(@"""\u0041\/\u00e9\u2028\u007f""", "\"A/é\u2028\u007f\"")]
    [InlineData(@"""\u0008\u0009\u000a\u000c\u000d\u0022\u005c""", @"""\b\t\n\f\r\""\\""")]
    [InlineData(@"""\u0000\u001F""", @"""\u0000\u001f""")]
    public void Escapes_only_what_has_to_be(string json, string expected) => AssertCanonical(json, expected);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("0.000e9", "0")]
    [InlineData("1.50", "1.5")]
    [InlineData("15e-1", "1.5")]
    [InlineData("-0.0015", "-0.0015")]
    [InlineData("1E+3", "1000")]
    [InlineData("1e-7", "0.0000001")]
    [InlineData("100", "100")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639935",
        "115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    [InlineData("36100000.0", "36100000")]
    public void A_number_has_one_text(string json, string expected) => AssertCanonical(json, expected);

    [Theory]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":{"b":1,"\u0062":2}}""")]
    [InlineData("""["\ud800"]""")]
    [InlineData("1e129")]
    [InlineData("1e99999999999999")]
    [InlineData("[1,]")]
    [InlineData("")]
    [InlineData("{} {}")]
    [InlineData("NaN")]
    public void What_has_no_one_meaning_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => CanonicalJson.OfText(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void What_is_nested_too_deep_is_refused() => Assert.ThrowsAny<JsonException>(
        () => CanonicalJson.OfText(Encoding.UTF8.GetBytes(new string('[', 65) + new string(']', 65))));

    [Fact]
    public void A_text_of_any_letters_reads_back_and_stays() => Prop.ForAll<string, long>((text, number) =>
    {
        var clean = new string([.. (text ?? "").Where(letter => !char.IsSurrogate(letter))]);
        var once = CanonicalJson.OfValue(new { Text = clean, Number = number });
        using var read = JsonDocument.Parse(once);
        return read.RootElement.GetProperty("text").GetString() == clean
            && read.RootElement.GetProperty("number").GetInt64() == number
            && CanonicalJson.OfText(once).AsSpan().SequenceEqual(once);
    }).QuickCheckThrowOnFailure();

    private static void AssertCanonical(string json, string expected)
    {
        var canonical = CanonicalJson.OfText(Encoding.UTF8.GetBytes(json));
        Assert.Equal(expected, Encoding.UTF8.GetString(canonical));
        Assert.Equal(canonical, CanonicalJson.OfText(canonical));
    }
}
