using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Devnet;
using Outpost.Node;
using Outpost.Node.Duties;
using Outpost.Node.Status;

namespace Outpost.Tests.Node;

public sealed class NodeHostTests
{
    private static readonly Outpost.Devnet.TopicOptions Shape = new() { Id = new TopicId(1) };

    [Fact]
    public async Task Registers_and_serves_window_after_window()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = DevnetOptions.ManyTopics(3, Shape),
        });
        node.Run(1, 2, 3);
        await node.UntilAsync(() => node.Status.Topics.All(topic => topic.Included >= 3), "three inclusions in each topic");
        Assert.Empty(node.Devnet.Observer.Duplicates);
        Assert.All(node.Status.Topics, topic => Assert.Equal(0, topic.Missed));
        Assert.Equal(["0"], Codes(node));
        Assert.Equal("3012.45", node.Topic.LastValue);
        Assert.InRange(node.Topic.LastMargin!.Value, 0.3, 1);
    }

    [Fact]
    public async Task Meets_every_window_of_topics_that_open_one_after_the_other()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = DevnetOptions.ManyTopics(3, Shape, isStaggered: true),
        });
        node.Run(1, 2, 3);
        await node.UntilAsync(() => node.Status.Topics.All(topic => topic.Included >= 1), "an inclusion in each topic");
        var (first, from) = (node.Included, node.Devnet.Observer.WindowsOpened);
        await node.UntilAsync(() => node.Devnet.Observer.WindowsOpened >= from + 30, "thirty more windows");
        await node.UntilAsync(() => node.Included >= first + 30, "an inclusion in each of them");
    }

    [Fact]
    public async Task Calls_a_transaction_missed_that_no_node_can_tell_of_and_goes_on()
    {
        using var deaf = new DeafToLookups();
        await using var node = await NodeOnDevnet.StartAsync();
        node.Between = deaf;
        node.Run();
        await node.UntilAsync(() => node.Included >= 1, "an inclusion");
        deaf.IsDeaf = true;
        await node.UntilAsync(() => node.Topic.Missed >= 1, "a miss");
        deaf.IsDeaf = false;
        var missed = node.Status.RecentEnds.Select(end => end.Outcome).OfType<Outcome.Missed>().Last();
        Assert.Equal(Reason.ChainUnreachable, missed.Reason);
        Assert.Contains("Invalid params", missed.Detail, StringComparison.Ordinal);
        var before = node.Included;
        await node.UntilAsync(() => node.Included >= before + 2, "further inclusions");
        Assert.Empty(node.Devnet.Observer.Duplicates);
    }

    [Theory]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task Serves_a_topic_where_only_one_protocol_is_to_be_had(EndpointKind kind)
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            BlockTime = TimeSpan.FromMilliseconds(300),
        });
        node.Endpoints = [new EndpointOptions(kind, kind == EndpointKind.Lcd ? node.Devnet.Lcd : node.Devnet.Grpc)];
        node.Run();
        await node.UntilAsync(() => node.Included >= 2, "two inclusions");
        Assert.Empty(node.Devnet.Observer.Duplicates);
    }

    [Fact]
    public async Task Asks_nothing_while_it_waits()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = [Shape with { EpochLength = 60, WorkerWindow = 10, GroundTruthLag = 60 }],
        });
        node.Run();
        await node.UntilAsync(() => node.Included >= 1 && node.Topic.Phase == TopicPhase.Waiting, "an inclusion and its end");
        var before = node.Devnet.Observer.Queries.Sum(query => query.Value);
        await node.Devnet.WaitForHeightAsync(node.Devnet.Height + 20, TestContext.Current.CancellationToken);
        Assert.Equal(before, node.Devnet.Observer.Queries.Sum(query => query.Value));
    }

    [Fact]
    public async Task Waits_for_funds_says_how_much_and_goes_on_by_itself()
    {
        await using var node = await NodeOnDevnet.StartAsync(isFunded: false);
        node.Run();
        await node.UntilAsync(() => node.Topic.Phase == TopicPhase.Blocked, "the word that funds are missing");
        Assert.Contains(node.Address, node.Topic.Line, StringComparison.Ordinal);
        Assert.Contains("costs 200 uallo", node.Topic.Line, StringComparison.Ordinal);
        node.Devnet.Fund(node.Address, BigInteger.Pow(10, 18));
        await node.UntilAsync(() => node.Included >= 1, "an inclusion");
    }

    [Fact]
    public async Task Says_which_topic_does_not_exist_and_serves_the_others()
    {
        await using var node = await NodeOnDevnet.StartAsync();
        node.Run(1, 77);
        await node.UntilAsync(() => node.Included >= 1, "an inclusion in the topic that exists");
        Assert.Contains("topic 77 does not exist", node.Status.Topics[1].Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_a_topic_sleeps()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = [Shape with { IsActive = false }],
        });
        node.Run();
        await node.UntilAsync(
            () => node.Topic.Line.Contains("topic 1 is not active", StringComparison.Ordinal),
            "the word that the topic sleeps");
        Assert.Equal(TopicPhase.Blocked, node.Topic.Phase);
    }

    [Fact]
    public async Task Says_that_the_account_is_not_whitelisted()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = [Shape with { WorkerWhitelist = [] }],
        });
        node.Run();
        await node.UntilAsync(() => node.Topic.Phase == TopicPhase.Blocked, "the word that the account is not whitelisted");
        Assert.Contains($"{node.Address} is not whitelisted", node.Topic.Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_a_dead_endpoint_and_one_of_another_chain()
    {
        await using var node = await NodeOnDevnet.StartAsync();
        await using var other = await NodeOnDevnet.StartAsync(options => options with { ChainId = "another-chain-1" });
        node.Endpoints =
        [
            new EndpointOptions(EndpointKind.Rpc, new Uri("http://127.0.0.1:1")),
            new EndpointOptions(EndpointKind.Rpc, other.Devnet.Rpc),
            new EndpointOptions(EndpointKind.Rpc, node.Devnet.Rpc),
        ];
        node.Run();
        await node.UntilAsync(() => node.Included >= 2, "two inclusions by the third endpoint");
    }

    [Fact]
    public async Task Says_that_its_only_endpoint_serves_another_chain()
    {
        await using var node = await NodeOnDevnet.StartAsync();
        await using var other = await NodeOnDevnet.StartAsync(options => options with { ChainId = "another-chain-1" });
        node.Endpoints = [new EndpointOptions(EndpointKind.Rpc, other.Devnet.Rpc)];
        node.Run();
        await node.UntilAsync(
            () => node.Status.Line.Contains("serves another-chain-1, not outpost-devnet-1", StringComparison.Ordinal),
            "the word that the chain is another");
    }

    [Fact]
    public async Task Says_why_a_window_was_missed_and_meets_the_next_one()
    {
        await using var node = await NodeOnDevnet.StartAsync();
        var isBroken = true;
        node.Model = new ScriptedModel(token => isBroken
            ? ScriptedModel.Says("<html>oops</html>")(token)
            : ScriptedModel.Says("1.5")(token));
        node.Run();
        await node.UntilAsync(() => node.Topic.Missed >= 1, "a miss");
        var missed = Assert.IsType<Outcome.Missed>(node.Status.RecentEnds[0].Outcome);
        Assert.Equal(Reason.ModelAnswerInvalid, missed.Reason);
        isBroken = false;
        await node.UntilAsync(() => node.Included >= 1, "an inclusion after the model was mended");
    }

    [Fact]
    public async Task Says_that_it_was_not_admitted_when_better_workers_fill_the_set()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = [Shape with { Competitors = new Competitors(32, 100) }],
        });
        node.Run();
        await node.UntilAsync(() => node.Topic.Missed >= 1, "a miss");
        Assert.Equal(Reason.NotAdmitted, Assert.IsType<Outcome.Missed>(node.Status.RecentEnds[0].Outcome).Reason);
    }

    [Fact]
    public async Task Never_pays_more_than_the_cap()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = [Shape with { RegisteredWorkers = [NodeOnDevnet.AddressOf(1)] }],
        });
        node.Lane = new LaneOptions { MaxFeeUallo = 10 };
        node.Run();
        await node.UntilAsync(
            () => node.Status.RecentEnds.Any(end => end.Outcome is Outcome.Missed { Reason.Code: "fee-above-cap" }),
            "a miss for the fee");
        Assert.Empty(node.Devnet.Observer.Delivered);
    }

    [Fact]
    public async Task Does_not_press_the_chain_after_a_refusal_in_an_open_window()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = [Shape with { EpochLength = 80, WorkerWindow = 40, GroundTruthLag = 80 }],
            Limits = new EmissionsLimits { MaxSerializedLength = 10 },
        });
        node.Run();
        await node.UntilAsync(() => node.Topic.Missed >= 1, "a refusal");
        Assert.Equal(Reason.Refused, Assert.IsType<Outcome.Missed>(node.Status.RecentEnds[0].Outcome).Reason);
        var before = node.Devnet.Observer.Queries.Sum(query => query.Value);
        await node.Devnet.WaitForHeightAsync(node.Devnet.Height + 10, TestContext.Current.CancellationToken);
        Assert.InRange(node.Devnet.Observer.Queries.Sum(query => query.Value) - before, 0, 10);
        Assert.Equal(1, node.Topic.Missed);
    }

    [Fact]
    public async Task Sends_nothing_in_a_dry_run()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = [Shape with { RegisteredWorkers = [NodeOnDevnet.AddressOf(1)] }],
        });
        node.Lane = new LaneOptions { Submits = false };
        node.Run();
        await node.UntilAsync(() => node.Topic.Missed >= 1, "a dry run");
        Assert.Equal(Reason.DryRun, Assert.IsType<Outcome.Missed>(node.Status.RecentEnds[0].Outcome).Reason);
        Assert.Empty(node.Devnet.Observer.Checked);
    }

    [Fact]
    public async Task Goes_on_after_stops_in_the_middle_of_windows_without_doing_anything_twice()
    {
        await using var node = await NodeOnDevnet.StartAsync();
        for (var stops = 0; stops < 8; stops++)
        {
            node.Run();
            var height = node.Devnet.Height + 3 + (stops % 5);
            await node.Devnet.WaitForHeightAsync(height, TestContext.Current.CancellationToken);
            await node.StopAsync();
        }

        node.Run();
        await node.UntilAsync(() => node.Included >= 2, "two inclusions after the last start");
        Assert.Empty(node.Devnet.Observer.Duplicates);
        Assert.DoesNotContain(node.Devnet.Observer.Delivered.Keys, code => code.Code != 0);
    }

    [Fact]
    public async Task Serves_on_through_an_upgrade_of_the_emissions_module()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Version = EmissionsVersion.V9,
            UpgradeHeight = 40,
        });
        node.Run();
        await node.UntilAsync(() => node.Devnet.Height > 40, "the upgrade");
        var before = node.Included;
        Assert.True(before >= 1, "nothing was included before the upgrade");
        await node.UntilAsync(() => node.Included >= before + 2, "two inclusions after the upgrade");
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    private static List<string> Codes(NodeOnDevnet node) =>
        [.. node.Devnet.Observer.Checked.Keys.Concat(node.Devnet.Observer.Delivered.Keys)
            .Select(code => code.Codespace + code.Code).Distinct(StringComparer.Ordinal)];
}
