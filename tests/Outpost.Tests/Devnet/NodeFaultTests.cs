using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Outpost.Chains.Allora;
using Outpost.Devnet.Faults;

namespace Outpost.Tests.Devnet;

/// <summary>What goes wrong at one node shows at that node, not at the other, and not when it has ended.</summary>
public sealed class NodeFaultTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_refuses_breaks_open_websockets_and_takes_no_connection()
    {
        await using var world = FaultWorld.InMemory();
        var socket = await world.SubscribeAsync(1);
        var fault = world.Begin(FaultKind.RpcRefuses, "node-1");

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(1, "status"));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        await Assert.ThrowsAsync<WebSocketException>(() => FaultWorld.HearAsync(socket));
        await Assert.ThrowsAsync<WebSocketException>(() => world.SubscribeAsync(1));
        Assert.Equal(1, await world.HeadAsync(2));
        Assert.True(world.Devnet.Faults.End(fault));
        Assert.Equal(1, await world.HeadAsync(1));
    }

    [Fact]
    public async Task A_node_that_stalls_carries_out_and_answers_late()
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.RpcStalls, "node-1", 2.5m);
        var answering = world.PayAsync(1, 0);
        world.Time.Advance(TimeSpan.FromSeconds(2.4));
        Assert.False(answering.IsCompleted);
        await world.ProduceAsync(1);
        world.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("0", await answering);
        Assert.Single(world.Witness.Blocks[^1].Transactions);
    }

    [Fact]
    public async Task A_node_that_stalls_for_ever_lets_the_client_give_up()
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.RpcStalls, "node-1", 0);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), world.Time);
        var asking = world.SendAsync(1, "status", patience.Token);
        world.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(asking.IsCompleted);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData(7, "7")]
    [InlineData(0.2, "1")]
    [InlineData(0, null)]
    public async Task Too_many_requests_says_when_to_come_back(double amount, string? retryAfter)
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.RpcTooManyRequests, "node-1", (decimal)amount);
        using var answer = await world.SendAsync(1, "status");
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(retryAfter, answer.Headers.RetryAfter?.ToString());
        await Assert.ThrowsAsync<WebSocketException>(() => world.SubscribeAsync(1));
    }

    [Fact]
    public async Task A_bad_gateway_and_garbage_are_pages_in_place_of_answers()
    {
        await using var world = FaultWorld.InMemory();
        var gateway = world.Begin(FaultKind.RpcBadGateway, "node-1");
        using (var answer = await world.SendAsync(1, "status"))
        {
            Assert.Equal((HttpStatusCode.BadGateway, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        }

        world.Devnet.Faults.End(gateway);
        world.Begin(FaultKind.RpcGarbage);
        foreach (var node in new[] { 1, 2 })
        {
            using var answer = await world.SendAsync(node, "status");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.StartsWith("<html>", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_syncing_node_says_so_and_stands_still()
    {
        await using var world = FaultWorld.InMemory();
        await world.ProduceAsync(4);
        var socket = await world.SubscribeAsync(1);
        var fault = world.Begin(FaultKind.RpcSyncing, "node-1");
        await world.ProduceAsync(3);

        Assert.Equal("true", (await world.StatusAsync(1))["sync_info"]!["catching_up"]!.ToString());
        Assert.Equal("true", (await world.LcdAsync(1, "cosmos/base/tendermint/v1beta1/syncing"))["syncing"]!.ToString());
        Assert.Equal((5, 8), (await world.HeadAsync(1), await world.HeadAsync(2)));
        world.Devnet.Faults.End(fault);
        await world.ProduceAsync(1);
        Assert.Equal([6, 7, 8, 9], await HeightsAsync(socket, 4));
        Assert.Equal("false", (await world.StatusAsync(1))["sync_info"]!["catching_up"]!.ToString());
    }

    [Fact]
    public async Task A_node_that_is_behind_shows_the_past_of_blocks_transactions_events_and_accounts()
    {
        await using var world = FaultWorld.InMemory();
        await world.ProduceAsync(9);
        var socket = await world.SubscribeAsync(1);
        world.Begin(FaultKind.RpcBehind, "node-1", 3);
        Assert.Equal("0", await world.PayAsync(2, 0));
        await world.ProduceAsync(1);
        var hash = world.Witness.Blocks[^1].Transactions[0].Hash;

        Assert.Equal((8, 11), (await world.HeadAsync(1), await world.HeadAsync(2)));
        Assert.Equal((0, 1), (await world.SequenceAsync(1), await world.SequenceAsync(2)));
        Assert.NotEqual(await BalanceAsync(world, 1), await BalanceAsync(world, 2));
        Assert.Contains("not found", (await world.GetAsync(1, $"tx?hash=0x{hash}")).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("must be less than", (await world.GetAsync(1, "block_results?height=11")).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("8", (await world.GetAsync(1, "block"))["result"]!["block"]!["header"]!["height"]!.ToString());

        await world.ProduceAsync(2);
        Assert.Equal(0, await world.SequenceAsync(1));
        await world.ProduceAsync(1);
        Assert.Equal(1, await world.SequenceAsync(1));
        Assert.Equal("11", (await world.GetAsync(1, $"tx?hash=0x{hash}"))["result"]!["height"]!.ToString());
        Assert.Equal([11], await HeightsAsync(socket, 1));
    }

    [Fact]
    public async Task A_node_that_is_behind_shows_topics_of_the_past_and_simulates_there()
    {
        await using var world = FaultWorld.InMemory(options => options with
        {
            Topics = [options.Topics[0], options.Topics[1] with { EpochLength = 24, GroundTruthLag = 24, WorkerWindow = 10 }],
        });
        var behind = world.Begin(FaultKind.RpcBehind, "node-1", 3);

        // Topic 2 opens its first window at block 3.
        await world.ProduceUntilAsync(4);
        Assert.Equal((0, 3), (await OpenAsync(world, 1), await OpenAsync(world, 2)));
        Assert.Contains("nonce not found", await SimulateAsync(1), StringComparison.Ordinal);
        Assert.Contains("gas_info", await SimulateAsync(2), StringComparison.Ordinal);
        await world.ProduceUntilAsync(6);
        Assert.Equal((3, 3), (await OpenAsync(world, 1), await OpenAsync(world, 2)));
        await world.ProduceUntilAsync(14);
        Assert.Equal((3, 0), (await OpenAsync(world, 1), await OpenAsync(world, 2)));
        Assert.Contains("gas_info", await SimulateAsync(1), StringComparison.Ordinal);
        world.Devnet.Faults.End(behind);
        Assert.Equal(0, await OpenAsync(world, 1));

        async Task<string> SimulateAsync(int node) =>
            (await world.PostLcdAsync(node, "cosmos/tx/v1beta1/simulate", new JsonObject
            {
                ["tx_bytes"] = Convert.ToBase64String(FaultWorld.Alice.Tx(
                    FaultWorld.Alice.Payload(2, 3, "3.5"), new TxShape { Account = 2, IsForSimulation = true })),
            })).ToJsonString();
    }

    [Fact]
    public async Task A_node_that_is_behind_speaks_the_version_and_asks_the_price_of_the_past()
    {
        await using var world = FaultWorld.InMemory(
            options => options with { Version = EmissionsVersion.V9, UpgradeHeight = 6 });
        world.Begin(FaultKind.RpcBehind, "node-1", 3);
        await world.ProduceUntilAsync(4);
        Assert.Equal(await PriceAsync(1), await PriceAsync(2));
        world.Begin(FaultKind.FeeRises, amount: 10);
        await world.ProduceUntilAsync(7);
        Assert.Equal((3, 3), (await OpenAsync(world, 1, "v9"), await OpenAsync(world, 2, "v10")));
        Assert.NotEqual(await PriceAsync(1), await PriceAsync(2));
        await world.ProduceUntilAsync(9);
        Assert.Equal(3, await OpenAsync(world, 1, "v10"));
        Assert.Equal(await PriceAsync(1), await PriceAsync(2));

        async Task<string> PriceAsync(int node) =>
            (await world.LcdAsync(node, "feemarket/v1/gas_price/uallo"))["price"]!["amount"]!.ToString();
    }

    [Fact]
    public async Task A_node_that_is_ahead_claims_blocks_that_it_does_not_have()
    {
        await using var world = FaultWorld.InMemory();
        await world.ProduceAsync(4);
        world.Begin(FaultKind.RpcAhead, "node-1", 6);
        Assert.Equal((11, 5), (await world.HeadAsync(1), await world.HeadAsync(2)));
        Assert.Contains("must be less than", (await world.GetAsync(1, "block_results?height=11")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_events_hide_an_opening_from_websocket_and_results()
    {
        await using var world = FaultWorld.InMemory();
        var (faulty, healthy) = (await world.SubscribeAsync(1), await world.SubscribeAsync(2));
        world.Begin(FaultKind.RpcEmptyEvents, "node-1");
        await world.ProduceAsync(1);
        Assert.Contains("WindowOpened", await FaultWorld.HearAsync(healthy), StringComparison.Ordinal);
        Assert.Contains("\"height\":\"2\",\"events\":[]", await FaultWorld.HearAsync(faulty), StringComparison.Ordinal);
        Assert.Equal("[]", (await world.GetAsync(1, "block_results?height=2"))["result"]!["finalize_block_events"]!.ToJsonString());
    }

    [Fact]
    public async Task A_wrong_chain_shows_in_the_status()
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.RpcWrongChain, "node-2");
        Assert.Equal("outpost-devnet-1", (await world.StatusAsync(1))["node_info"]!["network"]!.ToString());
        Assert.Equal("not-outpost-devnet-1", (await world.StatusAsync(2))["node_info"]!["network"]!.ToString());
    }

    [Fact]
    public async Task A_silent_websocket_confirms_and_says_nothing_more()
    {
        await using var world = FaultWorld.InMemory();
        var before = await world.SubscribeAsync(1);
        var fault = world.Begin(FaultKind.RpcSilentSocket, "node-1");
        var during = await world.SubscribeAsync(1);
        await world.ProduceAsync(3);
        world.Devnet.Faults.End(fault);
        await world.ProduceAsync(1);
        Assert.Equal([5], await HeightsAsync(before, 1));
        Assert.Equal([5], await HeightsAsync(during, 1));
    }

    [Fact]
    public async Task Closed_websockets_say_farewell_and_new_ones_are_turned_away()
    {
        await using var world = FaultWorld.InMemory();
        var (closed, open) = (await world.SubscribeAsync(1), await world.SubscribeAsync(2));
        var fault = world.Begin(FaultKind.RpcClosesSocket, "node-1");
        Assert.Equal("(closed)", await FaultWorld.HearAsync(closed));
        await Assert.ThrowsAsync<WebSocketException>(() => world.SubscribeAsync(1));
        Assert.Equal(1, await world.HeadAsync(1));
        await world.ProduceAsync(1);
        Assert.Equal([2], await HeightsAsync(open, 1));
        world.Devnet.Faults.End(fault);
        await world.SubscribeAsync(1);
    }

    [Fact]
    public async Task Faults_of_one_kind_last_until_the_last_has_ended_and_the_youngest_gives_the_amount()
    {
        await using var world = FaultWorld.InMemory();
        await world.ProduceAsync(20);
        var first = world.Begin(FaultKind.RpcAhead, "node-1", 5);
        var second = world.Begin(FaultKind.RpcAhead, null, 2);
        var third = world.Begin(FaultKind.RpcAhead, "node-1", 5);
        Assert.Equal([first, second, third], world.Devnet.Faults.Active);
        Assert.Equal((26, 23), (await world.HeadAsync(1), await world.HeadAsync(2)));
        Assert.True(world.Devnet.Faults.End(first));
        Assert.Equal((23, 23), (await world.HeadAsync(1), await world.HeadAsync(2)));
        Assert.True(world.Devnet.Faults.End(second));
        Assert.Equal((26, 21), (await world.HeadAsync(1), await world.HeadAsync(2)));
        Assert.True(world.Devnet.Faults.End(first));
        Assert.Equal((21, 21), (await world.HeadAsync(1), await world.HeadAsync(2)));
        Assert.False(world.Devnet.Faults.End(first));
    }

    [Fact]
    public async Task A_fault_that_cannot_be_is_not_begun()
    {
        await using var world = FaultWorld.InMemory();
        Assert.Throws<ArgumentException>(() => world.Begin(FaultKind.RpcStalls, "node-3"));
        Assert.Throws<ArgumentException>(() => world.Begin(FaultKind.ChainHalts, "node-1"));
        Assert.Throws<ArgumentException>(() => world.Begin(FaultKind.RpcBehind, "node-1", 0.5m));
        Assert.Empty(world.Devnet.Faults.Active);
    }

    private static async Task<string> BalanceAsync(FaultWorld world, int node) =>
        (await world.LcdAsync(node, $"cosmos/bank/v1beta1/balances/{FaultWorld.Alice.Address}/by_denom?denom=uallo")).ToJsonString();

    private static async Task<IReadOnlyList<long>> HeightsAsync(ClientWebSocket socket, int count)
    {
        var heights = new List<long>();
        while (heights.Count < count)
        {
            heights.Add(await FaultWorld.HeightAsync(socket));
        }

        return heights;
    }

    /// <summary>The nonce whose window is open in topic 2, as this node shows it; 0 for none.</summary>
    private static async Task<long> OpenAsync(FaultWorld world, int node, string version = "v10") =>
        long.Parse((await world.LcdAsync(node,
            $"emissions/{version}/worker_submission_window_status/2?address={FaultWorld.Alice.Address}"))
            ["current_nonce_block_height"]!.ToString());
}
