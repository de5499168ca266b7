using System.Globalization;
using System.Numerics;
using System.Runtime.Versioning;
using System.Text;
using Outpost.Chains.Keys;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public sealed class EthereumKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("service-key").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The first account of "test test … junk", which every development chain prints.
    [Fact]
    public void Has_the_address_that_everybody_derives()
    {
        using var key = EthereumKey.FromPrivateKey(Convert.FromHexString(
            "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));

        Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", key.Address.ToString());
    }

    // ethers' documentation of hashMessage.
    [Fact]
    public void A_message_is_hashed_with_its_length() => Assert.Equal(
        "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2",
        Convert.ToHexStringLower(EthereumKey.DigestOfMessage("Hello World"u8)));

    [Fact]
    public void A_key_is_made_once_and_read_again()
    {
        var path = Path.Combine(_folder, "new", "service.key");
        using var made = EthereumKey.OpenOrCreate(path);
        using var read = EthereumKey.OpenOrCreate(path);

        Assert.Equal(made.Address, read.Address);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Two_services_have_two_keys()
    {
        using var one = EthereumKey.OpenOrCreate(Path.Combine(_folder, "one"));
        using var other = EthereumKey.OpenOrCreate(Path.Combine(_folder, "other"));

        Assert.NotEqual(one.Address, other.Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff8")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    public void A_file_that_holds_no_key_is_said_to(string text)
    {
        var path = Path.Combine(_folder, "bad");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var problem = Assert.Throws<KeyStoreException>(() => EthereumKey.OpenOrCreate(path));
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_others_can_read_is_not_used()
    {
        var path = Path.Combine(_folder, "open");
        EthereumKey.OpenOrCreate(path).Dispose();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Contains("chmod 600",
            Assert.Throws<KeyStoreException>(() => EthereumKey.OpenOrCreate(path)).Message, StringComparison.Ordinal);
    }

    // n - s signs the same with the other v: a second signature that the key's owner never made.
    [Fact]
    public void The_other_half_of_the_order_is_refused()
    {
        var order = BigInteger.Parse(
            "0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", NumberStyles.HexNumber, null);
        for (var i = 0; i < 50; i++)
        {
            var digest = Keccak256.Hash(Encoding.UTF8.GetBytes($"{i}"));
            using var key = EthereumKey.FromPrivateKey(Keccak256.Hash(digest));
            var bytes = Convert.FromHexString(key.Sign(digest).ToString().AsSpan(2));
            var mirrored = (order - new BigInteger(bytes.AsSpan(32, 32), isUnsigned: true, isBigEndian: true))
                .ToByteArray(isUnsigned: true, isBigEndian: true);
            bytes.AsSpan(32, 32).Clear();
            mirrored.CopyTo(bytes, 64 - mirrored.Length);
            bytes[64] = (byte)(55 - bytes[64]);

            Assert.False(EthereumSignature.TryParse(Convert.ToHexStringLower(bytes), out _, out var problem));
            Assert.Contains("upper half", problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(26)]
    [InlineData(29)]
    [InlineData(255)]
    public void Another_v_is_refused(byte v)
    {
        using var key = EthereumKey.FromPrivateKey(Keccak256.Hash("v"u8));
        var bytes = Convert.FromHexString(key.Sign(new byte[32]).ToString().AsSpan(2));
        bytes[64] = v;

        Assert.False(EthereumSignature.TryParse(Convert.ToHexStringLower(bytes), out _, out var problem));
        Assert.Contains($"v = {v}", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_other_byte_leads_to_the_same_signer()
    {
        using var key = EthereumKey.FromPrivateKey(Keccak256.Hash("flip"u8));
        var digest = Keccak256.Hash("digest"u8);
        var text = key.Sign(digest).ToString();
        for (var i = 2; i < text.Length; i++)
        {
            foreach (var digit in "0123456789abcdefABCDEF".Where(digit => digit != text[i]))
            {
                var other = text[..i] + digit + text[(i + 1)..];
                Assert.False(
                    EthereumSignature.TryParse(other, out var signature, out _) && signature.Signer(digest) == key.Address,
                    other);
            }
        }

        Assert.Null(default(EthereumSignature).Signer(digest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x00")]
    [InlineData("nothing of the kind")]
    public void What_is_no_signature_is_refused(string text)
    {
        Assert.False(EthereumSignature.TryParse(text, out _, out var problem));
        Assert.Equal("is not 130 hex digits in small letters", problem);
    }

    // r above the order, or no point with this x: the library says so instead of a key.
    [Fact]
    public void Numbers_that_no_key_could_sign_have_no_signer()
    {
        foreach (var r in new[] { new string('0', 64), new string('f', 64) })
        {
            Assert.True(EthereumSignature.TryParse(r + new string('0', 62) + "01" + "1b", out var signature, out _));
            Assert.Null(signature.Signer(new byte[32]));
        }
    }
}
