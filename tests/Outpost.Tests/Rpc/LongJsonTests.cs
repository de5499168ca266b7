using System.Text;
using System.Text.Json;
using Outpost.Chains.Rpc;

namespace Outpost.Tests.Rpc;

public sealed class LongJsonTests
{
    private const string Reply = """
        {"id":1,"other":{"txs":["no"]},"result":{"height":"7","n":8,"data":{"x":[1,[2]],"txs":["a","b"]},"none":null}}
        """;

    [Theory]
    [InlineData("result data txs", "a b")]
    [InlineData("other txs", "no")]
    [InlineData("result none", null)]
    [InlineData("result data missing", null)]
    [InlineData("result height txs", null)]
    [InlineData("result data", null)]
    public void Reads_the_list_at_a_path(string path, string? items) =>
        Assert.Equal(items?.Split(' '), LongJson.List(Encoding.UTF8.GetBytes(Reply), path.Split(' '), one => one.GetString()!));

    [Theory]
    [InlineData("result height", 7)]
    [InlineData("result n", 8)]
    public void Reads_a_number_and_a_number_that_is_a_text(string path, long number) =>
        Assert.Equal(number, LongJson.Number(Encoding.UTF8.GetBytes(Reply), path.Split(' ')));

    [Fact]
    public void Says_which_number_is_missing() => Assert.Contains("result.data",
        Assert.Throws<FormatException>(() => LongJson.Number(Encoding.UTF8.GetBytes(Reply), ["result", "data"])).Message);

    [Fact]
    public void Takes_no_text_that_is_cut_off_wherever_that_is()
    {
        var text = Encoding.UTF8.GetBytes(Reply.Trim());
        for (var length = 0; length < text.Length; length++)
        {
            Assert.ThrowsAny<JsonException>(() =>
                LongJson.List(text.AsSpan(0, length), ["result", "data", "txs"], one => one.GetString()));
        }
    }
}
