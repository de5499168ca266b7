using Outpost.Chains.Wire;

namespace Outpost.Tests.Wire;

public sealed class Bech32Tests
{
    // BIP-173, "The following strings are valid Bech32".
    [Theory]
    [InlineData("A12UEL5L", "a", 0)]
    [InlineData("a12uel5l", "a", 0)]
    [InlineData("an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", 0)]
    [InlineData("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", 32)]
    [InlineData("11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
        "1", 82)]
    [InlineData("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split", 48)]
    [InlineData("?1ezyfcl", "?", 0)]
    public void Reads_the_valid_texts_of_BIP_173(string text, string prefix, int groupCount)
    {
        Assert.True(Bech32.TryDecodeGroups(text, out var read, out var groups, out _));
        Assert.Equal(prefix, read);
        Assert.Equal(groupCount, groups.Length);
    }

    // BIP-173, "The following string are not valid Bech32 (with reason for invalidity)".
    [Theory]
    [InlineData(" 1nwldj5", "holds a space or a character outside ASCII")]
    [InlineData("\u007F1axkwrx", "holds a space or a character outside ASCII")]
    [InlineData("\u00801eym55h", "holds a space or a character outside ASCII")]
    [InlineData("an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
        "has 91 characters; a bech32 text has at most 90")]
    [InlineData("pzry9x0s0muk", "has no '1' between a prefix and its data")]
    [InlineData("1pzry9x0s0muk", "has no prefix before its '1'")]
    [InlineData("x1b4n0q5v", "holds 'b', which bech32 does not use")]
    [InlineData("li1dgmt3", "is too short to hold a checksum")]
    [InlineData("de1lg7wt\u00FF", "holds a space or a character outside ASCII")]
    [InlineData("A1G7SGD8", "has a wrong checksum: a character is probably missing, swapped or misread")]
    [InlineData("10a06t8", "has no prefix before its '1'")]
    [InlineData("1qzzfhee", "has no prefix before its '1'")]
    [InlineData("", "has no '1' between a prefix and its data")]
    [InlineData("allo15yk64u7zc9g9k2yr2wmzeva5qgwxps6ygp4vW8", "mixes capitals and small letters")]
    [InlineData("allo15yk64u7zc9g9k2yr2wmzeva5qgwxps6ygp4v8w",
        "has a wrong checksum: a character is probably missing, swapped or misread")]
    public void Says_what_is_wrong_with_an_invalid_text(string text, string problem)
    {
        Assert.False(Bech32.TryDecode(text, out var prefix, out var bytes, out var read));
        Assert.Equal(problem, read);
        Assert.Null(prefix);
        Assert.Null(bytes);
    }

    // The first is in BIP-173; the others are right checksums around too many, or other than zero, left-over bits,
    // made with the npm package @scure/base.
    [Fact]
    public void Refuses_left_over_bits_that_make_no_byte()
    {
        Assert.True(Bech32.TryDecode(
            "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", out _, out var whole, out _));
        Assert.Equal("c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d", Convert.ToHexStringLower(whole));
        Assert.True(Bech32.TryDecode("a1qqqd87cq", out _, out _, out _));

        Assert.False(Bech32.TryDecode("a1q3g6mn3", out _, out _, out var tooLong));
        Assert.False(Bech32.TryDecode("a1qqqd87cpp", out _, out _, out var alsoTooLong));
        Assert.False(Bech32.TryDecode("a1llttal5m", out _, out _, out var notZero));
        Assert.Equal("does not hold a whole number of bytes", tooLong);
        Assert.Equal("does not hold a whole number of bytes", alsoTooLong);
        Assert.Equal("does not hold a whole number of bytes", notZero);
    }

    [Fact]
    public void Writes_what_it_reads()
    {
        for (var length = 0; length <= 50; length++)
        {
            var bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            var text = Bech32.Encode("a", bytes);

            Assert.True(Bech32.TryDecode(text, out var prefix, out var read, out _));
            Assert.Equal("a", prefix);
            Assert.Equal(bytes, read);
        }
    }

    // The placeholder reputer of the chain's emissions module.
    [Fact]
    public void Writes_an_address_that_the_chain_knows()
    {
        Assert.Equal("allo1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqas6usy", Bech32.Encode("allo", new byte[20]));
    }

    [Fact]
    public void Refuses_a_prefix_or_a_length_that_cannot_be_read_back()
    {
        Assert.Throws<ArgumentException>(() => Bech32.Encode("", new byte[20]));
        Assert.Throws<ArgumentException>(() => Bech32.Encode("Allo", new byte[20]));
        Assert.Throws<ArgumentException>(() => Bech32.Encode("al lo", new byte[20]));
        Assert.Throws<ArgumentException>(() => Bech32.Encode("allo", new byte[50]));
    }
}
