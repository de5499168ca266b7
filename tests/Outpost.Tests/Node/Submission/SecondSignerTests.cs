using Outpost.Chains.Allora;
using Outpost.Devnet.Faults;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

/// <summary>Another process signs with the same key.</summary>
public sealed class SecondSignerTests
{
    [Theory]
    [InlineData("tx-swallowed")]
    [InlineData("tx-evicted")]
    public async Task Whose_number_another_took_gets_the_next_one(string lostBy)
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        var fault = FaultKind.ByName(lostBy)!;
        world.Begin(fault);
        var ours = world.Submit(3);
        await world.BlockAsync();
        world.Begin(FaultKind.TxMempoolFull);
        await world.BlockAsync();
        End(world, fault);
        world.End(FaultKind.TxMempoolFull);
        Assert.Equal(0u, (await world.SendElsewhereAsync(sequence: 1, topic: 2)).Code);
        await world.BlockAsync(5);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await ours).Result.Code);
        Assert.Equal([1ul, 2ul], Sequences(world, 3));
        Assert.Contains("another process uses this key (1 ", world.Lane.Notice, StringComparison.Ordinal);
        Assert.Equal(0, world.Duplicates);
        var given = Assert.Single(world.Story(3), entry => entry.Kind == StoryKind.Abandoned);
        Assert.Equal("another transaction used its sequence", given.Detail);
    }

    [Fact]
    public async Task A_node_that_takes_any_number_does_not_hide_that_another_took_ours()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        Assert.Equal(0u, (await world.SendElsewhereAsync(sequence: 1, topic: 2)).Code);
        world.Begin(FaultKind.TxAnySequence);
        var ours = world.Submit(3);
        await world.BlockAsync(2);
        world.End(FaultKind.TxAnySequence);
        await world.BlockAsync(4);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await ours).Result.Code);
        Assert.Equal([1ul, 2ul], Sequences(world, 3));
        Assert.Equal(0, world.Duplicates);
    }

    [Fact]
    public async Task Is_why_a_window_was_missed_when_its_bytes_hold_our_number_to_the_end()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 8, shape: options => options with { MaxBlockGas = 1 });
        Assert.Equal(0u, (await world.SendElsewhereAsync(sequence: 0, topic: 2)).Code);
        var ours = world.Submit(3);
        await world.BlockAsync(10);
        var miss = Assert.IsType<LaneAnswer.NotIncluded>(await ours);
        Assert.Equal(Reason.SubmittedElsewhere, miss.Reason);
        Assert.Contains("under sequence 0", miss.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_noticed_from_the_first_block_on_and_an_earlier_run_is_not_taken_for_it()
    {
        await using var world = await LaneOnDevnet.StartAsync(shape: options => options with
        {
            Topics = [.. options.Topics.Select(topic => topic.Id.Value == 2 ? topic with { RegisteredWorkers = [] } : topic)],
        });
        await IncludeAsync(world, 1);
        _ = world.Register(2);
        _ = world.Submit(3);
        await world.QuietAsync();
        Assert.Single(world.OpenAttempts(), attempt => attempt.Duty is null);
        await world.RestartAsync();
        await world.BlockAsync(2);
        Assert.Null(world.Lane.Notice);
        Assert.DoesNotContain(world.OpenAttempts(), attempt => attempt.Duty is null);
        await world.SendElsewhereAsync(sequence: 3, topic: 4);
        await world.BlockAsync();
        var next = world.Submit(5);
        await world.BlockAsync(3);
        Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(await next).Result.Code);
        Assert.Contains("another process uses this key (1 ", world.Lane.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_did_for_us_counts_as_included_and_is_told_as_its_doing()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 12);
        await IncludeAsync(world, 1);
        await world.SendElsewhereAsync(sequence: 1, topic: 2);
        await world.BlockAsync();
        var included = Assert.IsType<Outcome.Included>(await world.RunDutyAsync(2));
        Assert.True(included.IsElsewhere);
        Assert.Contains("another process", world.Story(2)[^1].Detail, StringComparison.Ordinal);
        Assert.Equal(0, world.Duplicates);
    }

    [Fact]
    public async Task Is_not_why_a_window_was_missed_that_was_over_before()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 10);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxSwallowed);
        var ours = world.Submit(3);
        await world.QuietAsync();
        world.End(FaultKind.TxSwallowed);
        await world.Devnet.ProduceBlocksAsync(12, TestContext.Current.CancellationToken);
        Assert.Equal(0u, (await world.SendElsewhereAsync(sequence: 1, topic: 2)).Code);
        await world.BlockAsync(4);
        Assert.Equal(Reason.WindowClosed, Assert.IsType<LaneAnswer.NotIncluded>(await ours).Reason);
        Assert.Contains("another process uses this key (1 ", world.Lane.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_did_in_vain_is_missed_because_of_it()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 12, shape: options => options with
        {
            Topics = [.. options.Topics.Select(topic => topic with { Competitors = new(32, 100) })],
        });
        await world.SendElsewhereAsync(sequence: 0, topic: 2);
        await world.BlockAsync();
        var missed = Assert.IsType<Outcome.Missed>(await world.RunDutyAsync(2));
        Assert.Equal(Reason.SubmittedElsewhere, missed.Reason);
        Assert.Equal(0, world.Duplicates);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_it_may_have_done_while_this_node_was_away_is_asked_for_before_it_is_paid(bool isElsewhere)
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        if (isElsewhere)
        {
            await world.SendElsewhereAsync(sequence: 1, topic: 2);
        }

        await world.StopAsync();
        await world.Devnet.ProduceBlocksAsync(2, TestContext.Current.CancellationToken);
        await world.StartAgainAsync();
        await IncludeAsync(world, 3);
        var simulated = Simulations();
        var ours = world.Submit(2);
        await world.BlockAsync(2);
        Assert.Equal(0, world.Duplicates);
        Assert.Equal(isElsewhere ? 1 : 0, Simulations() - simulated);
        Assert.Equal(isElsewhere, await ours is LaneAnswer.NotIncluded { Refusal: Refusal.AlreadySubmitted });

        long Simulations() => world.Devnet.Observer.QueryCount("/cosmos.tx.v1beta1.Service/Simulate");
    }

    [Fact]
    public async Task What_an_earlier_run_found_done_by_it_is_not_paid_after_a_restart()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 40);
        await IncludeAsync(world, 1);
        await world.SendElsewhereAsync(sequence: 1, topic: 2);
        await world.BlockAsync();
        await IncludeAsync(world, 3);
        world.Computed(2);
        await world.RestartAsync();
        await IncludeAsync(world, 4);
        Assert.True(Assert.IsType<Outcome.Included>(await world.RunDutyAsync(2)).IsElsewhere);
        Assert.Equal(0, world.Duplicates);
    }

    private static void End(LaneOnDevnet world, FaultKind fault) =>
        world.End(fault, fault == FaultKind.TxEvicted ? fault.DefaultAmount : null);

    /// <summary>The numbers under which a topic's answer was offered, in order.</summary>
    private static IEnumerable<ulong> Sequences(LaneOnDevnet world, int topic) => world.Witness.Checks
        .Where(check => check.Payloads.Any(name => name.Topic.Value == (ulong)topic))
        .Select(check => check.Sequence).Distinct();

    private static async Task IncludeAsync(LaneOnDevnet world, int topic)
    {
        var sent = world.Submit(topic);
        await world.BlockAsync(2);
        Assert.IsType<LaneAnswer.InBlock>(await sent);
    }
}
