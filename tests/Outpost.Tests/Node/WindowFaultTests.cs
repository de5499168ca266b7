using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Devnet.Faults;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Tests.Node;

/// <summary>
/// The chain makes a block when the node has seen the one before, so that a slow machine makes nothing late.
/// </summary>
public sealed class WindowFaultTests
{
    private const long FirstOpening = 30;

    private static readonly Outpost.Devnet.TopicOptions Shape = new()
    {
        Id = new TopicId(1),
        FirstOpening = FirstOpening,
        RegisteredWorkers = [NodeOnDevnet.AddressOf(1)],
    };

    private static readonly long Epoch = Shape.EpochLength;

    [Fact]
    public async Task Meets_each_window_while_no_verdict_on_those_before_can_be_had()
    {
        using var deaf = new DeafToLookups();
        await using var node = await WatchingAsync(Shape, one => one.Between = deaf);
        await MeetAsync(node, FirstOpening);
        deaf.IsDeaf = true;
        for (var epoch = 1; epoch <= 4; epoch++)
        {
            await SubmitAsync(node, FirstOpening + (epoch * Epoch));
        }

        Assert.Empty(node.Devnet.Observer.Duplicates);
    }

    [Fact]
    public async Task Meets_the_next_window_while_a_duty_of_an_earlier_run_has_no_verdict()
    {
        using var deaf = new DeafToLookups();
        await using var node = await WatchingAsync(Shape, one => one.Between = deaf);
        await MeetAsync(node, FirstOpening);
        deaf.IsDeaf = true;
        await SubmitAsync(node, FirstOpening + Epoch);
        await node.StopAsync();

        node.Run();
        await node.UntilAsync(() => node.Status.IsWatching, "the watch");
        await SubmitAsync(node, FirstOpening + (2 * Epoch));
        await SubmitAsync(node, FirstOpening + (3 * Epoch));
        Assert.Empty(node.Devnet.Observer.Duplicates);
    }

    [Fact]
    public async Task Finds_windows_of_three_blocks_within_one_where_an_endpoint_leaves_their_events_out()
    {
        using var without = new WithoutEvents();
        await using var node = await WatchingAsync(Shape with { WorkerWindow = 3 }, one => one.Between = without);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var nonce = FirstOpening + (epoch * Epoch);
            await node.ToBlockAsync(nonce + 1);
            await node.UntilAsync(() => Has(node, nonce), $"an answer to {nonce}");
            await node.ToBlockAsync(nonce + 2);
            await node.UntilAsync(() => node.Included == epoch + 1, $"the inclusion of {nonce}");
        }

        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    [Fact]
    public async Task Calls_a_window_closed_of_which_the_chain_knows_nothing_any_more()
    {
        using var gone = new NonceIsGone();
        await using var node = await WatchingAsync(Shape, one => one.Between = gone);
        await node.ToBlockAsync(FirstOpening);
        await node.UntilAsync(() => gone.Asked > 1, "the second try");
        await node.ToBlockAsync(FirstOpening + Shape.WorkerWindow);
        await node.UntilAsync(() => node.Topic.Missed == 1, "the end of the window");
        var missed = Assert.IsType<Outcome.Missed>(Assert.Single(node.Status.RecentEnds).Outcome);
        Assert.Equal(Reason.WindowClosed, missed.Reason);
        Assert.Contains("nonce not found", missed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_the_chain_stands_still_and_does_the_duty_of_the_open_window_when_it_goes_on()
    {
        await using var node = await WatchingAsync(Shape);
        await SubmitAsync(node, FirstOpening);
        await node.UntilAsync(
            () => node.Status.Line.StartsWith("chain-halted since ", StringComparison.Ordinal), "the word of the halt");
        Assert.Contains("head 30; waiting", node.Status.Line, StringComparison.Ordinal);

        await node.ToBlockAsync(FirstOpening + 1);
        await node.UntilAsync(() => node.Included == 1, "the inclusion");
        Assert.Equal("Watching 1 topic", node.Status.Line);
    }

    [Fact]
    public async Task Meets_windows_that_are_shorter_than_the_model_takes_when_it_may_be_asked_ahead()
    {
        var answers = new SemaphoreSlim(0);
        var model = new ScriptedModel(async token =>
        {
            await answers.WaitAsync(token);
            return new HttpResponseMessage { Content = new StringContent("3012.45") };
        });
        await using var node = await WatchingAsync(Shape, one =>
        {
            one.Model = model;
            one.Asks = options => options with { IsAskedAhead = true, AttemptTimeout = TimeSpan.FromSeconds(30) };
        });
        await node.ToBlockAsync(FirstOpening);
        await node.UntilAsync(() => IsAsked(FirstOpening), "the first question");
        await node.ToBlockAsync(FirstOpening + Shape.WorkerWindow);
        await node.UntilAsync(() => node.Topic.Missed == 1, "a miss, by which it is learned");
        for (var epoch = 1; epoch <= 2; epoch++)
        {
            // It answers before the window opens, and never while it is open.
            var nonce = FirstOpening + (epoch * Epoch);
            await node.ToBlockAsync(nonce - 1);
            await node.UntilAsync(() => IsAsked(nonce), $"the question ahead of {nonce}");
            answers.Release();
            await MeetAsync(node, nonce);
        }

        bool IsAsked(long nonce) =>
            model.Asked.ToArray().Any(uri => uri.AbsolutePath.EndsWith($"/{nonce}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Does_a_duty_of_an_earlier_run_once_though_its_window_opens_again_before_a_lagging_endpoint()
    {
        using var deaf = new DeafToLookups();
        await using var node = await WatchingAsync(Shape, one => one.Between = deaf);
        await SubmitAsync(node, FirstOpening);
        deaf.IsDeaf = true;
        await node.ToBlockAsync(FirstOpening + 2);
        await node.StopAsync();

        node.Devnet.Faults.Begin(Fault.Of(FaultKind.RpcBehind, null, 5));
        node.Run();
        await node.UntilAsync(() => node.Status.IsWatching, "the watch");
        for (var made = 0; made < 10; made++)
        {
            await node.Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);
            await node.UntilAsync(() => node.Status.Head?.Value >= node.Devnet.Height - 5, "the block of then");
        }

        using var journal = JournalReader.Open(node.JournalPath);
        var duty = new DutyId(Role.Inferer, Shape.Id, new Height(FirstOpening));
        Assert.Single(journal.Story(duty), entry => entry.Kind == StoryKind.Resumed);
    }

    [Fact]
    public async Task Meets_the_open_window_of_a_topic_that_has_fallen_asleep_and_then_says_that_it_sleeps()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with { BlockTime = null, Topics = [Shape] });
        await node.Devnet.ProduceBlocksAsync((int)FirstOpening, TestContext.Current.CancellationToken);
        node.Devnet.Faults.Begin(Fault.Of(FaultKind.TopicInactive));
        await node.Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);

        node.Run();
        await node.UntilAsync(() => Has(node, FirstOpening), "the answer");
        await node.ToBlockAsync(FirstOpening + Epoch + 1);

        await node.UntilAsync(
            () => node.Included == 1 && node.Topic.Line.Contains("is not active", StringComparison.Ordinal), "the sleep");
        Assert.Equal(0, node.Topic.Missed);
    }

    /// <summary>The chain has made twenty blocks before, whose headers tell its pace.</summary>
    private static async Task<NodeOnDevnet> WatchingAsync(
        Outpost.Devnet.TopicOptions topic, Action<NodeOnDevnet>? set = null)
    {
        var node = await NodeOnDevnet.StartAsync(options => options with { BlockTime = null, Topics = [topic] });
        await node.Devnet.ProduceBlocksAsync(20, TestContext.Current.CancellationToken);
        set?.Invoke(node);
        node.Run();
        await node.UntilAsync(() => node.Status.IsWatching, "the watch");
        return node;
    }

    private static async Task SubmitAsync(NodeOnDevnet node, long nonce)
    {
        await node.ToBlockAsync(nonce);
        await node.UntilAsync(() => Has(node, nonce), $"an answer to {nonce}");
    }

    private static async Task MeetAsync(NodeOnDevnet node, long nonce)
    {
        var before = node.Included;
        await SubmitAsync(node, nonce);
        await node.ToBlockAsync(nonce + 1);
        await node.UntilAsync(() => node.Included == before + 1, $"the inclusion of {nonce}");
    }

    private static bool Has(NodeOnDevnet node, long nonce) =>
        node.Devnet.Observer.FirstArrivals.Any(arrival => arrival.Name.Nonce.Value == nonce);
}
