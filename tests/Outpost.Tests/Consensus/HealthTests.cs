using System.Text.Json;
using Outpost.Consensus.Service;

namespace Outpost.Tests.Consensus;

public sealed class HealthTests
{
    [Fact]
    public async Task A_service_without_an_epoch_says_so_and_still_answers_200()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);

        Assert.Equal(
            (200, """{"status":"degraded","reasons":[{"code":"epochs","text":"No epoch of chain 1 has been released yet."}]}"""),
            await world.GetAsync("/health"));
    }

    [Fact]
    public async Task A_service_whose_epochs_stop_says_since_when()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.ReleaseAsync(1010);
        Assert.Equal((200, """{"status":"ok","reasons":[]}"""), await world.GetAsync("/health"));
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await world.ReleaseAsync(1020);
        world.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal((200, """{"status":"ok","reasons":[]}"""), await world.GetAsync("/health"));
        world.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Contains("No epoch of chain 1 for 11 min; the last is 1011-1020.", (await world.GetAsync("/health")).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_written_is_counted()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("A", "Y");
        await world.SubmitAsync("B", "X");
        await world.SubmitAsync("C", "X");

        var (_, text) = await world.GetAsync("/prometheus");
        Assert.Contains("outpost_consensus_votes_total{standing=\"counted\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("outpost_consensus_votes_total{standing=\"after_verdict\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("outpost_consensus_equivocations_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("outpost_consensus_verdicts_total{outcome=\"finalized\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("outpost_consensus_last_epoch_end{chain=\"1\",size=\"10\"} 1010\n", text, StringComparison.Ordinal);
        const string Labels = @"(\{[a-z]+=""[a-z0-9_]+""(,[a-z]+=""[a-z0-9_]+"")*\})?";
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(
            $@"^(# (HELP|TYPE) outpost_consensus_[a-z_]+ .+|outpost_consensus_[a-z_]+{Labels} \d+)$", line));
    }

    [Fact]
    public async Task The_page_sees_open_rounds_without_their_CIDs_and_decided_ones_with_them()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        using var open = JsonDocument.Parse((await world.GetAsync("/live")).Body);
        await world.SubmitAsync("B", "X");
        world.Time.Advance(TimeSpan.FromSeconds(2));
        using var decided = JsonDocument.Parse((await world.GetAsync("/live")).Body);

        var before = open.RootElement.GetProperty("rounds")[0];
        var after = decided.RootElement.GetProperty("rounds")[0];
        Assert.Equal(JsonValueKind.Null, before.GetProperty("cids").ValueKind);
        Assert.DoesNotContain("\"X\"", before.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(2, before.GetProperty("missingCount").GetInt32());
        Assert.Equal("X", after.GetProperty("cid").GetString());
        Assert.Equal("C", after.GetProperty("missing")[0].GetString());
        Assert.DoesNotContain("uuid", decided.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    // Tests ask faster than anybody, and their clock stands still.
    private static ConsensusOptions Unlimited(ConsensusOptions options) =>
        options with { PublicRateLimit = "1000000/second" };
}
