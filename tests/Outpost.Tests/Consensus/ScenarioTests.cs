using Outpost.Consensus.Rounds;

namespace Outpost.Tests.Consensus;

/// <summary>The golden scenarios of docs/consensus-api.md, over HTTP.</summary>
public sealed class ScenarioTests
{
    private const string Accepted = """{"status":"ACCEPTED","delayedSubmission":false,"finalizedSnapshotCID":null}""";
    private const string FinalX = """{"status":"FINALIZED","delayedSubmission":false,"finalizedSnapshotCID":"X"}""";
    private const string FinalY = """{"status":"FINALIZED","delayedSubmission":false,"finalizedSnapshotCID":"Y"}""";
    private static readonly TimeSpan PastTheWindow = TimeSpan.FromSeconds(61);

    [Fact]
    public async Task One_vote_of_three_is_accepted_and_two_finalize_at_once()
    {
        await using var world = await StartAsync("ABC");
        Assert.Equal((200, Accepted), await world.SubmitAsync("A", "X"));
        Assert.Equal((200, FinalX), await world.SubmitAsync("B", "X"));
    }

    [Fact]
    public async Task Three_different_votes_are_indeterminate_when_the_window_is_over()
    {
        await using var world = await StartAsync("ABC");
        Assert.Equal((200, Accepted), await world.SubmitAsync("A", "X"));
        Assert.Equal((200, Accepted), await world.SubmitAsync("B", "Y"));
        Assert.Equal((200, Accepted), await world.SubmitAsync("C", "Z"));
        await world.PassAsync(PastTheWindow);
        Assert.Equal(
            (200, """{"status":"INDETERMINATE","delayedSubmission":true,"finalizedSnapshotCID":null}"""),
            await ConfirmAsync(world, "A", "X"));
    }

    [Fact]
    public async Task The_second_vote_for_a_cid_finalizes_it_though_another_came_first()
    {
        await using var world = await StartAsync("ABC");
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "Y");
        Assert.Equal((200, FinalY), await world.SubmitAsync("C", "Y"));
    }

    [Fact]
    public async Task Two_of_three_votes_win_over_one_when_the_window_is_over()
    {
        await using var world = await StartAsync("ABCDE");
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "Y");
        Assert.Equal((200, Accepted), await world.SubmitAsync("C", "Y"));
        await world.PassAsync(PastTheWindow);
        Assert.Contains("\"Y\"", (await ConfirmAsync(world, "A", "X")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "FINALIZED")]
    [InlineData(2, "INDETERMINATE")]
    public async Task A_single_vote_is_enough_only_when_the_criteria_say_so(int minCount, string status)
    {
        await using var world = await StartAsync("ABC", new Criteria(minCount, 66));
        await world.SubmitAsync("A", "X");
        await world.PassAsync(PastTheWindow);
        Assert.Equal(status, ServiceWorld.StatusOf((await ConfirmAsync(world, "A", "X")).Body));
    }

    [Fact]
    public async Task A_second_vote_changes_nothing_and_is_recorded()
    {
        await using var world = await StartAsync("ABC");
        await world.SubmitAsync("A", "X");
        await world.PassAsync(PastTheWindow);
        var late = await world.SubmitAsync("A", "Y");
        Assert.Equal(
            (200, """{"status":"FINALIZED","delayedSubmission":true,"finalizedSnapshotCID":"X"}"""), late);
        var votes = await VotesAsync(world);
        Assert.Equal(["A X Counted", "A Y equivocation"], votes);
    }

    [Fact]
    public async Task A_vote_after_the_verdict_is_recorded_as_such()
    {
        await using var world = await StartAsync("ABC");
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "X");
        Assert.Equal((200, FinalX), await world.SubmitAsync("C", "Y"));
        Assert.Equal(["A X Counted", "B X Counted", "C Y AfterVerdict"], await VotesAsync(world));
    }

    [Fact]
    public async Task Nobody_votes_for_a_project_without_registration()
    {
        await using var world = await StartAsync("A");
        var (status, body) = await world.SubmitAsync("A", "X", project: "Q");
        Assert.Equal(403, status);
        Assert.Contains("is not registered for the project Q", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outsider_finalizes_nothing()
    {
        await using var world = await StartAsync("A");
        await world.AddAsync("B");
        await world.RestartAsync();
        Assert.Equal(403, (await world.SubmitAsync("B", "X")).Status);
        Assert.Equal((200, FinalX), await world.SubmitAsync("A", "X"));
        Assert.Equal(["A X Counted"], await VotesAsync(world));
    }

    [Fact]
    public async Task Who_registers_within_the_window_votes_in_the_next_round()
    {
        await using var world = await StartAsync("ABC");
        await world.SubmitAsync("A", "X");
        await world.RegisterAsync("D");
        Assert.Equal((200, Accepted), await world.SubmitAsync("D", "X"));
        Assert.Equal(["A X Counted", "D X NotEligible"], await VotesAsync(world));
    }

    [Theory]
    [InlineData(1001, 1010, 200, "")]
    [InlineData(1011, 1020, 400, "\"reason\":\"next\"")]
    [InlineData(1021, 1030, 400, "\"reason\":\"not_released\"")]
    [InlineData(1002, 1011, 400, "\"reason\":\"not_released\"")]
    [InlineData(996, 1005, 400, "\"reason\":\"misaligned\"")]
    [InlineData(1001, 1005, 400, "\"reason\":\"misaligned\"")]
    [InlineData(1000000000, 1000000009, 400, "\"reason\":\"not_released\"")]
    [InlineData(1, 10, 400, "\"reason\":\"ancient\"")]
    public async Task Only_released_epochs_take_snapshots(long begin, long end, int status, string words)
    {
        await using var world = await StartAsync("AB", release: false);
        await world.ReleaseAsync(1000);
        await world.ReleaseAsync(1010);
        var answer = await world.PostAsync("/submitSnapshot", new
        {
            instanceID = ServiceWorld.IdOf("A"),
            projectID = "P",
            epoch = new { begin, end },
            snapshotCID = "X",
        });
        Assert.Equal(status, answer.Status);
        Assert.Contains(words, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_within_the_window_keeps_its_end()
    {
        await using var world = await StartAsync("ABC");
        await world.SubmitAsync("A", "X");
        await world.Host.DisposeAsync();
        world.Time.Advance(PastTheWindow);
        await world.StartHostAsync();
        await world.PassAsync(TimeSpan.FromMilliseconds(1));
        var project = await world.Host.Store.ProjectAsync("P", ServiceWorld.Stop);
        var round = await world.Host.Store.RoundAsync(new RoundKey(project!.Id, 1010), ServiceWorld.Stop);
        Assert.Equal(new Verdict.Finalized("X"), round!.Decision!.Verdict);
        Assert.Equal(round.ClosesAt, round.Decision.At);
    }

    private static async Task<ServiceWorld> StartAsync(
        string aliases, Criteria? criteria = null, bool release = true)
    {
        var world = await ServiceWorld.StartAsync(
            options => options with { Criteria = criteria ?? options.Criteria });
        await world.RegisterAsync(aliases);
        if (release)
        {
            await world.ReleaseAsync(1010);
        }

        return world;
    }

    private static Task<(int Status, string Body)> ConfirmAsync(ServiceWorld world, string alias, string cid) =>
        world.PostAsync("/checkForSnapshotConfirmation", ServiceWorld.Snapshot(alias, cid));

    private static async Task<string[]> VotesAsync(ServiceWorld world)
    {
        var project = await world.Host.Store.ProjectAsync("P", ServiceWorld.Stop);
        var votes = await world.Host.Store.VotesAsync(new RoundKey(project!.Id, 1010), ServiceWorld.Stop);
        return [.. votes.Select(vote => $"{vote.Alias} {vote.Cid} {vote.Standing?.ToString() ?? "equivocation"}")];
    }
}
