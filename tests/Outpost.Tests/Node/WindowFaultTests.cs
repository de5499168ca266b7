using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Status;

namespace Outpost.Tests.Node;

public sealed class WindowFaultTests
{
    private static readonly Outpost.Devnet.TopicOptions Shape = new() { Id = new TopicId(1) };

    [Fact]
    public async Task Meets_each_window_while_no_verdict_on_those_before_can_be_had()
    {
        using var deaf = new DeafToLookups();
        await using var node = await NodeOnDevnet.StartAsync();
        node.Between = deaf;
        node.Run();
        await node.UntilAsync(() => node.Included >= 1, "an inclusion");
        deaf.IsDeaf = true;
        var from = Nonces(node).Max();
        await node.UntilAsync(() => Nonces(node).Max() >= from + (4 * Shape.EpochLength), "four more windows");
        AssertNoGap(node, from);
        Assert.Empty(node.Devnet.Observer.Duplicates);
    }

    [Fact]
    public async Task Meets_the_next_window_while_a_duty_of_an_earlier_run_has_no_verdict()
    {
        using var deaf = new DeafToLookups();
        await using var node = await NodeOnDevnet.StartAsync();
        node.Between = deaf;
        node.Run();
        await node.UntilAsync(() => node.Included >= 1, "an inclusion");
        deaf.IsDeaf = true;
        var before = Nonces(node).Max();
        await node.UntilAsync(() => Nonces(node).Max() > before, "a transaction without a verdict");
        await node.StopAsync();

        var left = Nonces(node).Max();
        node.Run();
        await node.UntilAsync(() => Nonces(node).Max() >= left + (2 * Shape.EpochLength), "two more windows");
        AssertNoGap(node, left);
        Assert.Empty(node.Devnet.Observer.Duplicates);
    }

    [Fact]
    public async Task Finds_windows_of_three_blocks_in_time_where_an_endpoint_leaves_their_events_out()
    {
        using var without = new WithoutEvents();
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            BlockTime = TimeSpan.FromMilliseconds(400),
            Topics = [Shape with { WorkerWindow = 3, FirstOpening = 8 }],
        });
        node.Between = without;
        node.Run();
        await node.UntilAsync(() => node.Included >= 1, "an inclusion");
        var from = Nonces(node).Max();
        await node.UntilAsync(() => Nonces(node).Max() >= from + (2 * Shape.EpochLength), "two more windows");
        AssertNoGap(node, from);
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    [Fact]
    public async Task Names_the_windows_that_a_jump_of_the_chain_passed_over_and_meets_those_after_it()
    {
        await using var node = await NodeOnDevnet.StartAsync();
        node.Run();
        await node.UntilAsync(() => node.Included >= 1, "an inclusion");
        await node.UntilAsync(() => node.Topic.Phase == TopicPhase.Waiting, "the end of its window");
        await node.Devnet.ProduceBlocksAsync(60, TestContext.Current.CancellationToken);
        var (height, before) = (node.Devnet.Height, node.Included);
        await node.UntilAsync(() => node.Included >= before + 2, "two inclusions after the jump");

        AssertNoGap(node, Nonces(node).First(nonce => nonce >= height));
        Assert.All(Misses(node), missed => Assert.Contains(missed.Reason.Code, (string[])["seen-too-late", "window-closed"]));
        Assert.DoesNotContain(node.Status.RecentEnds,
            end => end.Outcome is Outcome.Missed && end.Duty.Id.Nonce.Value > height);
    }

    [Fact]
    public async Task Says_that_the_chain_stands_still_and_does_the_duty_of_the_open_window_when_it_goes_on()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            BlockTime = null,
            Topics = [Shape with { FirstOpening = 20, RegisteredWorkers = [NodeOnDevnet.AddressOf(1)] }],
        });
        node.Run();
        await node.UntilAsync(() => node.Status.IsWatching, "the watch");
        while (node.Devnet.Height < 20)
        {
            await node.Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await node.UntilAsync(
            () => node.Status.Line.StartsWith("chain-halted since ", StringComparison.Ordinal), "the word of the halt");
        Assert.Contains("head 20; waiting", node.Status.Line, StringComparison.Ordinal);

        await node.Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);
        await node.UntilAsync(() => node.Included == 1, "the inclusion");
        Assert.Equal("Watching 1 topic", node.Status.Line);
    }

    [Fact]
    public async Task Meets_windows_that_are_shorter_than_the_model_takes_when_it_may_be_asked_ahead()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            BlockTime = TimeSpan.FromMilliseconds(150),
            Topics = [Shape with { EpochLength = 36, GroundTruthLag = 36, WorkerWindow = 5 }],
        });
        node.Model = new ScriptedModel(async token =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System, token);
            return new HttpResponseMessage { Content = new StringContent("3012.45") };
        });
        node.Asks = options => options with { IsAskedAhead = true, AttemptTimeout = TimeSpan.FromSeconds(4) };
        node.Run();
        await node.UntilAsync(() => node.Topic.Missed >= 1, "a miss, by which it is learned");
        await node.UntilAsync(() => node.Included >= 2, "two inclusions");
        Assert.All(Misses(node), missed => Assert.Equal(Reason.ModelTimeout, missed.Reason));
    }

    private static IReadOnlyList<long> Nonces(NodeOnDevnet node) =>
        [.. node.Devnet.Observer.FirstArrivals.Select(arrival => arrival.Name.Nonce.Value).Order()];

    private static void AssertNoGap(NodeOnDevnet node, long from)
    {
        var nonces = Nonces(node).Where(nonce => nonce >= from).ToList();
        Assert.Equal(Enumerable.Range(0, nonces.Count).Select(index => from + (index * Shape.EpochLength)), nonces);
    }

    private static IEnumerable<Outcome.Missed> Misses(NodeOnDevnet node) =>
        node.Status.RecentEnds.Select(end => end.Outcome).OfType<Outcome.Missed>();
}
