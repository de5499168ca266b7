using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Outpost.Chains.Wire;

namespace Outpost.Tests.Wire;

public sealed class CidTests
{
    // What IPFS prints for these contents as raw blocks; recomputed with Python (hashlib, base64).
    [Theory]
    [InlineData("hello world", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")]
    [InlineData("", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")]
    public void Names_raw_bytes_as_IPFS_does(string content, string expected)
    {
        Assert.Equal(expected, Cid.Of(Encoding.UTF8.GetBytes(content)).ToString());
    }

    [Theory]
    [InlineData("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", 0x70UL)]
    [InlineData("bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua", Cid.DagCbor)]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", Cid.Raw)]
    public void Reads_the_codec_and_writes_the_same_text(string text, ulong codec)
    {
        Assert.True(Cid.TryParse(text, out var cid, out var problem), problem);
        Assert.Equal(codec, cid.Codec);
        Assert.Equal(text, cid.ToString());
    }

    [Fact]
    public void Bytes_are_named_by_their_own_CID_and_by_no_other()
    {
        var named = Cid.Of("{}"u8);

        Assert.True(named.Names("{}"u8));
        Assert.False(named.Names("{ }"u8));
        Assert.NotEqual(named, Cid.Of("{}"u8, Cid.DagJson));
    }

    [Fact]
    public void Every_codec_and_content_reads_back() => Prop.ForAll<byte[], uint>((content, codec) =>
    {
        var written = Cid.Of(content, codec);
        return Cid.TryParse(written.ToString(), out var read, out _) && read == written && read.Codec == codec;
    }).QuickCheckThrowOnFailure();

    // One name has one text: any other letter gives another name or none.
    [Fact]
    public void Another_letter_is_never_the_same_name()
    {
        var text = Cid.Of("outpost"u8).ToString();
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var letter in "abcdefghijklmnopqrstuvwxyz234567ABZ019=-")
            {
                var other = text[..i] + letter + text[(i + 1)..];
                if (other != text && Cid.TryParse(other, out var read, out _))
                {
                    Assert.Equal(other, read.ToString());
                }
            }
        }
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG", "does not start with b, the mark of base32")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5E",
        "holds 'E', which base32 with small letters does not use")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5f", "does not hold a whole number of bytes")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wa", "does not hold one SHA-256 of 32 bytes")]
    [InlineData("baakreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "is not a CID of version 1")]
    [InlineData("b", "is not a CID of version 1")]
    public void Says_what_is_wrong_with_a_text(string text, string expected)
    {
        Assert.False(Cid.TryParse(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void A_text_of_any_length_is_refused_at_once()
    {
        Assert.False(Cid.TryParse(new string('b', 1_000_000), out _, out var problem));
        Assert.Equal("has 1000000 characters; one over a SHA-256 has at most 65", problem);
    }
}
