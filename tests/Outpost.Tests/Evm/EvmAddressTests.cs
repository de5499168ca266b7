using FsCheck;
using FsCheck.Fluent;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Evm;

public sealed class EvmAddressTests
{
    // The examples that EIP-55 prints: all capitals, all small letters, and four usual ones.
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Writes_the_checksum_of_EIP_55(string text)
    {
        var bytes = Convert.FromHexString(text[2..]);

        Assert.Equal(text, new EvmAddress(bytes).ToString());
        Assert.Equal(text, EvmAddress.Parse(text).ToString());
        Assert.Equal(text, EvmAddress.Parse(text.ToLowerInvariant()).ToString());
        Assert.Equal(bytes, EvmAddress.Parse(text).ToArray());
    }

    [Fact]
    public void A_letter_in_the_wrong_case_is_refused()
    {
        const string Right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        for (var i = 2; i < Right.Length; i++)
        {
            if (char.IsAsciiLetter(Right[i]))
            {
                var wrong = Right[..i] + (char)(Right[i] ^ 0x20) + Right[(i + 1)..];
                Assert.False(EvmAddress.TryParse(wrong, out _, out var problem));
                Assert.StartsWith("has a wrong checksum", problem, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    [InlineData("0x５aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(EvmAddress.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
        Assert.Throws<FormatException>(() => EvmAddress.Parse(text));
    }

    [Fact]
    public void The_default_is_the_zero_address()
    {
        Assert.Equal(new EvmAddress(new byte[20]), default);
        Assert.Equal("0x0000000000000000000000000000000000000000", default(EvmAddress).ToString());
    }

    [Fact]
    public void Any_twenty_bytes_read_back() => Prop.ForAll(
        Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), 20).ToArbitrary(),
        bytes => EvmAddress.Parse(new EvmAddress(bytes).ToString()).ToArray().SequenceEqual(bytes))
        .QuickCheckThrowOnFailure();
}
