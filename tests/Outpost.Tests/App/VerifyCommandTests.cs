using System.Text;
using System.Text.Json;
using Outpost.Consensus.Proofs;
using Outpost.Tests.Consensus;

namespace Outpost.Tests.App;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TestSurroundings _surroundings = new();
    private readonly ProofFixture _service = new();

    public void Dispose()
    {
        _surroundings.Dispose();
        _service.Dispose();
    }

    [Fact]
    public async Task Says_what_was_checked()
    {
        var file = Write(_service.Finalized());

        Assert.Equal(0, await _surroundings.RunAsync("verify", file, "--key", _service.Key.Address.ToString()));
        Assert.Equal(
            $"""
              ok     {_service.Key.Address} signed the verdict.
              ok     {ProofFixture.Project}, epoch 1001-1010: {ProofFixture.Winner} with 3 of 4 votes, 4 might vote.
              ok     The 4 votes have the signed root, and cast again they come to this verdict.
              ok     {_service.Key.Address} signed the series of {ProofFixture.Project} at 9 leaves.
              ok     Epoch 1001-1010 is leaf 5 of the series' 9.
            All holds.

            """,
            _surroundings.Out, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task Without_a_key_it_says_whose_word_it_is()
    {
        Assert.Equal(0, await _surroundings.RunAsync("verify", Write(_service.Tied())));
        Assert.Contains($"All holds, if {_service.Key.Address} is the service's key", _surroundings.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_ends_with_1_and_says_why()
    {
        var export = _service.Finalized();
        var file = Write(export with { Votes = [.. export.Votes!.SkipLast(1)] });

        Assert.Equal(1, await _surroundings.RunAsync("verify", file));
        Assert.Contains("  WRONG  The votes are not those whose root was signed.", _surroundings.Out, StringComparison.Ordinal);
        Assert.EndsWith("Not to be believed.\n", _surroundings.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_as_json()
    {
        Assert.Equal(0, await _surroundings.RunAsync("verify", Write(_service.Finalized()), "--json"));
        using var json = JsonDocument.Parse(_surroundings.Out);
        Assert.True(json.RootElement.GetProperty("good").GetBoolean());
        Assert.False(json.RootElement.GetProperty("trusted").GetBoolean());
        Assert.Equal("verdict", json.RootElement.GetProperty("kind").GetString());
        Assert.Equal(5, json.RootElement.GetProperty("checked").GetArrayLength());
    }

    [Theory]
    [InlineData(2, "--key: the address 0x12 is not 0x and 40 hex digits", "verify", "x", "--key", "0x12")]
    [InlineData(1, "reading nowhere.json", "verify", "nowhere.json")]
    [InlineData(2, "Required argument", "verify")]
    public async Task What_cannot_be_checked_is_told(int code, string expected, params string[] arguments)
    {
        Assert.Equal(code, await _surroundings.RunAsync(arguments));
        Assert.Contains(expected, _surroundings.Error, StringComparison.Ordinal);
    }

    private string Write(VerdictExport export) =>
        _surroundings.Write("export.json", Encoding.UTF8.GetString(ProofFixture.Json(export)));
}
