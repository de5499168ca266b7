using System.Text;
using System.Text.Json;
using Outpost.App.Commands;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Tests.App;

namespace Outpost.Tests.Consensus;

/// <summary>outpost snapshotter, as a person and a script use it.</summary>
public sealed class SnapshotterCommandTests
{
    private const string Uuid = "6b1f2a3c-1111-4222-8333-444455556666";

    [Fact]
    public async Task A_snapshotter_is_added_shown_changed_and_removed()
    {
        using var surroundings = new TestSurroundings();
        Assert.Equal(0, await RunAsync("add", $$"""
            {"rate_limit":"10000/day;300/minute;40/second","active":"active","name":"N","email":"e@x","alias":"a1",
             "uuid":"{{Uuid}}","callsCount":0}
            """));
        Assert.Contains(Uuid, surroundings.Out, StringComparison.Ordinal);
        var one = await OneAsync();
        Assert.Equal(InstanceId.Hash(Encoding.UTF8.GetBytes(Uuid)), one.InstanceHash.ToArray());

        Assert.Equal(0, await RunAsync("disable", "a1"));
        Assert.False((await OneAsync()).IsActive);
        Assert.Equal(0, await RunAsync("enable", "a1"));
        Assert.True((await OneAsync()).IsActive);
        Assert.Equal(0, await RunAsync("limit", "a1", "600/second"));
        Assert.Equal("600/second", (await OneAsync()).RateLimit);
        Assert.Equal(0, await RunAsync("rotate", "a1"));
        Assert.NotEqual(one.InstanceHash.ToArray(), (await OneAsync()).InstanceHash.ToArray());
        Assert.Equal(0, await RunAsync("show", "a1", "--json"));
        Assert.Equal(0, await RunAsync("remove", "a1"));
        Assert.Equal(1, await RunAsync("show", "a1"));

        Task<int> RunAsync(params string[] arguments) => surroundings.RunAsync(["snapshotter", .. arguments]);

        async Task<Snapshotter> OneAsync() => Assert.Single(await (await ConsensusStore.OpenRegistryAsync(
            Path.Combine(surroundings.Home, "consensus.db"), ServiceWorld.Stop)).ListAsync(ServiceWorld.Stop));
    }

    [Theory]
    [InlineData("""{"alias":"a","rate_limit":"5/fortnight"}""", "is no rate limit")]
    [InlineData("""{"alias":"","rate_limit":"5/day"}""", "\"alias\" must")]
    [InlineData("""{"alias":"a","rate_limit":"5/day","active":"yes"}""", "\"active\" must")]
    [InlineData("""{"alias":"a","rate_limit":"5/day","address":"0x12"}""", "\"address\" must")]
    [InlineData("""{"alias":"a","ratelimit":"5/day"}""", "\"rate_limit\" was probably meant")]
    [InlineData("""{"alias":"a" """, "this is no JSON")]
    public async Task A_wrong_snapshotter_is_refused_with_the_reason(string json, string words)
    {
        using var surroundings = new TestSurroundings();
        Assert.Equal(1, await surroundings.RunAsync("snapshotter", "add", json));
        Assert.Contains(words, surroundings.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_and_a_uuid_are_taken_once()
    {
        using var surroundings = new TestSurroundings();
        Assert.Equal(0, await surroundings.RunAsync("snapshotter", "add", Of("a", Uuid)));
        Assert.Equal(1, await surroundings.RunAsync("snapshotter", "add", Of("a", "6b1f2a3c-1111-4222-8333-444455556667")));
        Assert.Equal(1, await surroundings.RunAsync("snapshotter", "add", Of("b", Uuid)));
        Assert.Equal(0, await surroundings.RunAsync("snapshotter", "list", "--json"));
        Assert.Contains("\"alias\":\"a\"", surroundings.Out, StringComparison.Ordinal);

        static string Of(string alias, string uuid) =>
            $$"""{"alias":"{{alias}}","rate_limit":"5/day","uuid":"{{uuid}}"}""";
    }

    [Fact]
    public async Task The_sample_is_one_that_can_be_added()
    {
        using var surroundings = new TestSurroundings();
        Assert.Equal(0, await surroundings.RunAsync("snapshotter", "add", "--sample-metadata"));
        Assert.NotNull(JsonDocument.Parse(surroundings.Out));
        Assert.Equal(0, await surroundings.RunAsync("snapshotter", "add", SnapshotterText.Sample));
    }
}
