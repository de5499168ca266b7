using System.Text;
using System.Text.Json;
using Outpost.Consensus.Contract;

namespace Outpost.Tests.Consensus;

/// <summary>JSON may hold what is no text: half of a surrogate pair, and bytes that are no UTF-8.</summary>
public sealed class BadTextTests
{
    [Theory]
    [InlineData(@"a", true)]
    [InlineData(@"\\ud800", true)]
    [InlineData(@"\u0041\n\\\""", true)]
    [InlineData(@"\ud83d\ude00", true)]
    [InlineData(@"\uD83D\uDE00\u00e9", true)]
    [InlineData(@"\ud83d", false)]
    [InlineData(@"\ude00", false)]
    [InlineData(@"\ude00\ud83d", false)]
    [InlineData(@"\ud83d\ud83d\ude00", false)]
    [InlineData(@"\ud83dx\ude00", false)]
    [InlineData(@"\ud83d\\ude00", false)]
    public void What_cannot_be_unescaped_is_known_before(string raw, bool isWhole)
    {
        Assert.Equal(isWhole, JsonText.IsWhole(Encoding.UTF8.GetBytes(raw)));
        using var document = JsonDocument.Parse($"\"{raw}\"");
        Assert.Equal(isWhole, Record.Exception(document.RootElement.GetString) is null);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_no_text() => Assert.False(JsonText.IsWhole([0x61, 0xff]));

    [Fact]
    public async Task A_name_that_is_no_text_is_no_name_of_ours()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("A");
        await world.ReleaseAsync(1010);
        var body = $$"""
            {"\ud800":1,"instanceID\ud800":2,"\u0069nstanceID":"{{ServiceWorld.IdOf("A")}}","projectID":"P","snapshotCID":"X",
            "epoch":{"begin":1001,"\ud800":0,"end":1010} }
            """;
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.PostAsync("/submitSnapshot", body)).Body));
    }

    [Theory]
    [InlineData("\"severity\":\"\\ud800\"")]
    [InlineData("\"severity\":\"LOW\",\"extra\":{\"k\":\"\\udc00\"}")]
    [InlineData("\"severity\":\"LOW\",\"extra\":{\"\\ud800\":1}")]
    public async Task An_issue_that_holds_no_text_is_refused(string members)
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("A");
        var (status, body) = await world.PostAsync("/reportIssue", $$"""
            {"instanceID":"{{ServiceWorld.IdOf("A")}}","issueType":"T","projectID":"P","serviceName":"S",{{members}}}
            """);
        Assert.Equal(422, status);
        Assert.Contains("value_error.unicode", body, StringComparison.Ordinal);
    }
}
