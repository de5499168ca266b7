using System.Text;
using Outpost.Chains.Keys;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Tests.Consensus;

/// <summary>What a running service exports, checked as its users check it.</summary>
public sealed class ProofServiceTests
{
    private static readonly TimeSpan PastTheWindow = TimeSpan.FromSeconds(61);

    [Fact]
    public async Task Every_verdict_leaves_a_record_that_can_be_checked()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        world.Time.Advance(TimeSpan.FromSeconds(2));
        await world.SubmitAsync("B", "Y");
        await world.SubmitAsync("C", "X");

        var json = await VerdictAsync(world, 1010);
        var report = ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key);

        Assert.Empty(report.Problems);
        Assert.Contains("P, epoch 1001-1010: X with 2 of 3 votes, 3 might vote.", report.Checked);
        Assert.Contains("Epoch 1001-1010 is leaf 0 of the series' 1.", report.Checked);
        Assert.DoesNotContain("uuid", json, StringComparison.Ordinal);
        Assert.Contains("\"lastBlockHash\":\"0xabc\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_round_without_a_winner_is_recorded_with_its_reason()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("AB");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "Y");
        await world.PassAsync(PastTheWindow);

        var json = await VerdictAsync(world, 1010);
        Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key).Problems);
        Assert.Contains("\"why\":\"tie\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Late_votes_and_second_ones_do_not_change_a_record()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "X");
        var before = await VerdictAsync(world, 1010);
        await world.SubmitAsync("C", "X");
        await world.SubmitAsync("A", "Y");
        await world.PassAsync(PastTheWindow);

        Assert.Equal(before, await VerdictAsync(world, 1010));
    }

    [Fact]
    public async Task Epochs_that_nobody_voted_in_are_gaps_of_the_series()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("A");
        for (var end = 1010; end <= 1060; end += 10)
        {
            await world.ReleaseAsync(end);
        }

        await world.SubmitAsync("A", "X", 1010);
        await VerdictAsync(world, 1010);
        await world.SubmitAsync("A", "Z", 1060);
        await VerdictAsync(world, 1060);
        var early = await world.GetAsync("/series/P/head");
        await world.SubmitAsync("A", "Y", 1030);
        await VerdictAsync(world, 1030);

        Assert.Contains("\"cid\":\"X\"", (await ProofAsync(world, "1010")), StringComparison.Ordinal);
        var gap = await ProofAsync(world, "1040");
        Assert.Contains("""{"cid":null,"epoch":{"begin":1011,"end":1050},"project":"P""", gap, StringComparison.Ordinal);
        Assert.Contains("\"why\":\"noVotes\"", gap, StringComparison.Ordinal);
        Assert.Contains("\"cid\":\"Y\"", await ProofAsync(world, "1030"), StringComparison.Ordinal);
        Assert.Contains("\"cid\":\"Y\",\"epoch\":{\"begin\":1021", await ProofAsync(world, "1030&size=4"), StringComparison.Ordinal);
        Assert.Equal(404, (await world.GetAsync("/series/P/proof?epoch=1070")).Status);
        Assert.Equal(404, (await world.GetAsync("/series/P/proof?epoch=1010&size=5")).Status);
        Assert.Contains("\"size\":3", early.Body, StringComparison.Ordinal);
        Assert.Equal(early, await world.GetAsync("/series/P/head?size=3"));
    }

    [Fact]
    public async Task A_series_grows_consistently_also_over_restarts()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("A");
        for (var end = 1010; end <= 1100; end += 10)
        {
            await world.ReleaseAsync(end);
            await world.SubmitAsync("A", $"X{end}", end);
            if (end % 30 == 0)
            {
                await world.RestartAsync();
            }

            await VerdictAsync(world, end);
        }

        var key = world.Host.Key;
        for (var from = 1; from <= 10; from++)
        {
            for (var to = from; to <= 10; to++)
            {
                var (status, json) = await world.GetAsync($"/series/P/consistency?from={from}&to={to}");
                Assert.Equal(200, status);
                Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(json), key).Problems);
            }
        }

        Assert.Equal(404, (await world.GetAsync("/series/P/consistency?from=0&to=3")).Status);
        Assert.Equal(404, (await world.GetAsync("/series/P/consistency?from=4&to=3")).Status);
        Assert.Equal(404, (await world.GetAsync("/series/P/consistency?from=4&to=11")).Status);
    }

    [Fact]
    public async Task A_verdict_that_came_while_nobody_recorded_is_recorded_after_the_next_start()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("AB");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.Host.DisposeAsync();
        world.Time.Advance(PastTheWindow);
        await world.StartHostAsync();

        Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(await VerdictAsync(world, 1010)), world.Host.Key).Problems);
    }

    [Fact]
    public async Task The_key_is_the_same_after_a_restart_and_its_file_is_only_the_owners()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        var before = world.Host.Key;
        await world.RestartAsync();

        Assert.Equal(before, world.Host.Key);
        using var key = EthereumKey.OpenOrCreate(world.StorePath + ".key");
        Assert.Equal(before, key.Address);
    }

    [Theory]
    [InlineData("/verdicts/P/1010", 404, "There is no verdict for this epoch yet.")]
    [InlineData("/verdicts/Q/1010", 404, "There is no such project.")]
    [InlineData("/verdicts/P/x", 422, "value is not a valid integer")]
    [InlineData("/verdicts/P/-1", 422, "value is not a valid integer")]
    [InlineData("/series/Q/head", 404, "There is no such project.")]
    [InlineData("/series/P/proof", 422, "value is not a valid integer")]
    [InlineData("/series/P/head?size=1", 404, "The series does not have so many leaves.")]
    [InlineData("/series/P/head?size=99999999999999999999", 422, "value is not a valid integer")]
    [InlineData("/series/P/consistency?from=1", 404, "The series does not have so many leaves.")]
    [InlineData("/series/P", 404, "Not Found")]
    public async Task What_is_not_there_is_said_to_be_missing(string path, int status, string expected)
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("AB");
        await world.ReleaseAsync(1010);

        var (actual, body) = await world.GetAsync(path);
        Assert.Equal(status, actual);
        Assert.Contains(expected, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_series_without_leaves_has_a_head_too()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("AB");

        var (status, json) = await world.GetAsync("/series/P/head");
        Assert.Equal(200, status);
        Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key).Problems);
    }

    [Fact]
    public async Task A_project_may_have_any_name()
    {
        const string Name = "pair/total reserves:0xB4e1?é";
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("A", Name);
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X", 1010, Name);

        var json = await VerdictAsync(world, 1010, Uri.EscapeDataString(Name));
        Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key).Problems);
    }

    [Fact]
    public async Task The_votes_can_be_left_out()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("A");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await VerdictAsync(world, 1010);

        var (_, json) = await world.GetAsync("/verdicts/P/1010?votes=false");
        Assert.Contains("\"votes\":null", json, StringComparison.Ordinal);
        Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key).Problems);
    }

    [Fact]
    public async Task A_record_outlives_the_instance_ids_of_its_voters()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("AB");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "X");
        var before = await VerdictAsync(world, 1010);
        var registry = await ConsensusStore.OpenRegistryAsync(world.Options.Store, ServiceWorld.Stop);
        var one = (await registry.ListAsync(ServiceWorld.Stop)).Single(known => known.Alias == "A");
        foreach (var id in new[] { "another", "a third" })
        {
            await registry.ChangeAsync(
                one with { InstanceHash = InstanceId.Hash(Encoding.UTF8.GetBytes(id)) }, ServiceWorld.Stop);
        }

        Assert.Equal(before, await VerdictAsync(world, 1010));
    }

    private static async Task<string> ProofAsync(ServiceWorld world, string query)
    {
        var (status, json) = await world.GetAsync($"/series/P/proof?epoch={query}");
        Assert.Equal(200, status);
        Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key).Problems);
        return json;
    }

    /// <summary>Records are written soon after their verdicts, not with them.</summary>
    private static async Task<string> VerdictAsync(ServiceWorld world, long end, string project = "P")
    {
        for (var i = 0; ; i++)
        {
            var (status, json) = await world.GetAsync($"/verdicts/{project}/{end}");
            if (status == 200)
            {
                return json;
            }

            Assert.True(i < 500, $"There is no record of {end} after {i} looks: {status} {json}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ServiceWorld.Stop);
            world.Time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    // Tests ask faster than anybody, and their clock stands still.
    private static ConsensusOptions Unlimited(ConsensusOptions options) =>
        options with { PublicRateLimit = "1000000/second" };
}
