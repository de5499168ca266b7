using System.Text;
using Outpost.Chains.Wire;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Wire;

public sealed class HashTests
{
    // The test values on the authors' page of RIPEMD-160.
    [Theory]
    [InlineData("", "9c1185a5c5e9fc54612808977ee8f548b2258d31")]
    [InlineData("a", "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe")]
    [InlineData("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc")]
    [InlineData("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "f71c27109c692c1b56bbdceb5b9d2865b3708dbc")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "12a053384a9c0c88e405a06c27dcf49ada62eb2b")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "b0e20b6e3116640286ed3a87a5713079b21f5189")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "9b752e45573d4b39f4dbd3323cab82bf63326bfb")]
    public void RIPEMD_160_gives_the_published_values(string text, string hash)
    {
        Assert.Equal(hash, Convert.ToHexStringLower(Ripemd160.Hash(Encoding.ASCII.GetBytes(text))));
    }

    [Fact]
    public void RIPEMD_160_gives_the_published_value_of_a_million_letters()
    {
        var letters = new byte[1_000_000];
        letters.AsSpan().Fill((byte)'a');

        Assert.Equal("52783243c1697bdbe16d37f97f68f08325dc1528", Convert.ToHexStringLower(Ripemd160.Hash(letters)));
    }

    // The empty text, "abc", and names whose hashes Ethereum's specification prints (events, selectors).
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("Transfer(address,address,uint256)",
        "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    [InlineData("Sync(uint112,uint112)", "1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1")]
    [InlineData("The quick brown fox jumps over the lazy dog",
        "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15")]
    public void Keccak_256_gives_the_published_values(string text, string hash)
    {
        Assert.Equal(hash, Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(text))));
    }

    // Recomputed with the npm package @noble/hashes; 135, 136 and 137 lie around one block of 136 bytes.
    [Theory]
    [InlineData(135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446")]
    [InlineData(136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e")]
    [InlineData(137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39")]
    [InlineData(1000, "b6a4ac1f51884d71f30fa397a5e155de3099e11fc0edef5d08b646e621e19de9")]
    public void Keccak_256_pads_around_the_edge_of_a_block(int length, string hash)
    {
        var letters = new byte[length];
        letters.AsSpan().Fill((byte)'a');

        Assert.Equal(hash, Convert.ToHexStringLower(Keccak256.Hash(letters)));
    }

    [Theory]
    [InlineData(55, "0d8a8c9063a48576a7c97e9f95253a6e53ff6765")]
    [InlineData(56, "e72334b46c83cc70bef979e15453706c95b888be")]
    [InlineData(63, "e640041293fe663b9bf3f8c21ffecac03819e6b2")]
    [InlineData(64, "9dfb7d374ad924f3f88de96291c33e9abed53e32")]
    [InlineData(65, "99724bb11811e7166af38f671b6a082d8ab4960b")]
    public void RIPEMD_160_pads_around_the_edge_of_a_block(int length, string hash)
    {
        var letters = new byte[length];
        letters.AsSpan().Fill((byte)'a');

        Assert.Equal(hash, Convert.ToHexStringLower(Ripemd160.Hash(letters)));
    }
}
