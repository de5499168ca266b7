using System.Security.Cryptography;
using System.Text;
using Outpost.Chains.Keys;

namespace Outpost.Tests.Keys;

public sealed class AccountKeyTests
{
    private const string Abandon12 =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    private const string Abandon24 =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
        + "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art";

    private const string TestJunk = "test test test test test test test test test test test junk";

    // The curve's order.
    private const string Order = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141";

    // Computed with another implementation from public test mnemonics (allora-chain.md 9.4).
    [Theory]
    [InlineData(Abandon12, 0, "c4a48e2fce1481cd3294b4490f6678090ea98d3d0e5cd984558ab0968741b104",
        "024f4e2ad99c34d60b9ba6283c9431a8418af8673212961f97a77b6377fcd05b62",
        "allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv")]
    [InlineData(Abandon12, 1, "c9ba8e1818baf4ceb063420dcedc7a482056a1580e4dbe797af3484aff7b8651",
        "03a9a0776157f1dee1fe2d65628747059a8796de9a379f3015c4dcf483f64840a6",
        "allo1jrkmdcwgq94uaamx6zax2luewlhf7u4kjtujpm")]
    [InlineData(Abandon12, 2, "42cb671a145903fcb5be9dd2a2446eec676bd000c63eb0a7efd181c9fa5a28ac",
        "02e10ecea7c647934ed84a4c6f5ab326c669e95266260096e4d1a39ae133396445",
        "allo1kng7tv83qesgvv2ze7hxlw4urfrjk8vqwqmr6j")]
    [InlineData(Abandon24, 0, "8088c2ed2149c34f6d6533b774da4e1692eb5cb426fdbaef6898eeda489630b7",
        "02ba66a84cf7839af172a13e7fc9f5e7008cb8bca1585f8f3bafb3039eda3c1fdd",
        "allo1r5v5srda7xfth3hn2s26txvrcrntldju4cacqx")]
    [InlineData(TestJunk, 0, "e64e7928d4f6c06f01fefd31f760c51f59a16426e792761cd00529b76501c8a0",
        "0223aa679d6d5344e201e0df9f02ab15a84726eee0dfb4e953c46a9e2cb52349dc",
        "allo15yk64u7zc9g9k2yr2wmzeva5qgwxps6ygp4vw8")]
    public void Derives_the_known_account_of_a_public_test_mnemonic(
        string sentence, uint index, string privateKey, string publicKey, string address)
    {
        using var fromWords = AccountKey.FromMnemonic(Mnemonic.Parse(sentence), index);
        using var fromBytes = AccountKey.FromPrivateKey(Convert.FromHexString(privateKey));

        Assert.Equal(publicKey, Convert.ToHexStringLower(fromWords.PublicKey.Span));
        Assert.Equal(address, fromWords.Address);
        Assert.Equal(publicKey, Convert.ToHexStringLower(fromBytes.PublicKey.Span));
        Assert.Equal(address, fromBytes.Address);
    }

    // Accounts of Allora's testnet: allora-sdk-py, tests/fixtures/rpc_responses/auth_accounts.json.
    [Theory]
    [InlineData("AuKJdiKeHnSqcOf9IbeV241oBS4sLjeme/ou2izrNvby", "allo1qqqz894m8dfx3qvdj648kjchfhq5y7yk993rvz")]
    [InlineData("AzZkeTZxa1SfQlVhiBqK5kzWe4aqhF6tgp019HJ8wq1g", "allo1qqqz0lgsc5qe55a0gc4rzgsxmdkkwt5dfe59tf")]
    [InlineData("Ax9MbENsYVOoKtWZHzneIOaQcp/H3nF+tzsyOrllkPfF", "allo1qqq946yu2c2eskmwc9q2fzfl7fx97nez4asvmk")]
    [InlineData("AtcQPlpyNYVo6zRxR5Kua0AyKJZFqD/5P79gsTSjAPO/", "allo1qqq2x5qgcj402vf0wzqeyxma8hzh2urunert4t")]
    [InlineData("ApFNF5yEnfPsCSOxcq6wQDfoyeA0lwKF1W0n8FrxTiNX", "allo1qqqskawh2rpwv3hswnl35pqwc4jej26jeu89ra")]
    public void Gives_a_public_key_the_address_that_the_chain_gives_it(string publicKey, string address)
    {
        Assert.Equal(address, AccountKey.AddressOf(Convert.FromBase64String(publicKey)));
    }

    // RFC 6979 with SHA-256 on secp256k1, low s: the vectors that Haskoin, Trezor and CoreBitcoin test with.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001",
        "All those moments will be lost in time, like tears in rain. Time to die...",
        "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b"
        + "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
        "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0"
        + "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [InlineData("f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
        "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c"
        + "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    [InlineData("e91671c46231f833a6406ccbea0e3e392c76c167bac1cb013f6f1013980455c2",
        "There is a computer disease that anybody who works with computers knows about. It's a very serious "
        + "disease and it interferes completely with the work. The trouble with computers is that you 'play' "
        + "with them!",
        "b552edd27580141f3b2a5463048cb7cd3e047b97c9f98076c32dbdf85a68718b"
        + "279fa72dd19bfae05577e06c7c0c1900c371fcd5893f7e1d56a37d30174671f6")]
    public void Signs_as_RFC_6979_says(string privateKey, string message, string signature)
    {
        using var key = AccountKey.FromPrivateKey(Convert.FromHexString(privateKey));
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(message));

        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(digest)));
        Assert.True(Signatures.Verify(key.PublicKey.Span, digest, key.Sign(digest)));
    }

    // The signature of a worker bundle that Allora's testnet took in block 7038753 (tests/vectors).
    [Fact]
    public void Verifies_a_signature_that_the_chain_took()
    {
        var publicKey = Convert.FromHexString("034127c2f9f714798e3c014343677fd033f002903b958e79c3299bcc2c923b65fd");
        var digest = Convert.FromHexString("c01a18f73a49a6cfe52c08eebab83a09b595a2ee080e00d21133b4e0ea712510");
        var signature = Convert.FromHexString(
            "7edc0f29c7463303fdab15f44f9ed01b53e1b6dfb9e467012eb4b716f08b0519"
            + "303bfa05a8044cb8165d29f4e596533dbd320ba0f389c70030b8436816f342fd");

        Assert.True(Signatures.Verify(publicKey, digest, signature));
    }

    [Fact]
    public void Verifies_nothing_but_the_right_low_signature()
    {
        using var key = AccountKey.FromMnemonic(Mnemonic.Parse(TestJunk));
        using var other = AccountKey.FromMnemonic(Mnemonic.Parse(TestJunk), 1);
        var digest = SHA256.HashData("epoch 480"u8);
        var signature = key.Sign(digest);
        var publicKey = key.PublicKey.Span;

        Assert.False(Signatures.Verify(other.PublicKey.Span, digest, signature));
        Assert.False(Signatures.Verify(publicKey, SHA256.HashData("epoch 481"u8), signature));
        Assert.False(Signatures.Verify(publicKey, digest, HighS(signature)));
        Assert.False(Signatures.Verify(publicKey, digest, new byte[64]));
        Assert.False(Signatures.Verify(publicKey, digest, [.. Enumerable.Repeat((byte)0xFF, 64)]));
        Assert.False(Signatures.Verify(publicKey, digest, signature.AsSpan(0, 63)));
        Assert.False(Signatures.Verify(publicKey, digest.AsSpan(0, 31), signature));
        Assert.False(Signatures.Verify(publicKey[..32], digest, signature));
        Assert.False(Signatures.Verify(default, digest, signature));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(Order)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000001")]
    public void Refuses_what_is_no_private_key(string bytes)
    {
        Assert.Throws<ArgumentException>(() => AccountKey.FromPrivateKey(Convert.FromHexString(bytes)));
    }

    [Fact]
    public void Signs_nothing_but_a_digest_of_32_bytes()
    {
        using var key = AccountKey.FromMnemonic(Mnemonic.Parse(TestJunk));

        Assert.Throws<ArgumentOutOfRangeException>(() => key.Sign(new byte[31]));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Sign(new byte[64]));
    }

    [Fact]
    public void Signs_no_more_once_it_is_wiped()
    {
        var key = AccountKey.FromMnemonic(Mnemonic.Parse(TestJunk));
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Sign(new byte[32]));
        Assert.Equal("allo15yk64u7zc9g9k2yr2wmzeva5qgwxps6ygp4vw8", key.Address);
    }

    private static byte[] HighS(byte[] signature)
    {
        var order = System.Numerics.BigInteger.Parse("0" + Order, System.Globalization.NumberStyles.HexNumber, null);
        var low = new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var high = (order - low).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. high];
    }
}
