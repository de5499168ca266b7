using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Chains.Rpc;
using Outpost.Devnet;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Evm;

public sealed class EvmClientTests
{
    private static readonly AbiEvent Sync = AbiEvent.Parse("Sync(uint112 reserve0, uint112 reserve1)");
    private static readonly EvmAddress Pair = EvmAddress.Parse(EvmDevnet.ContractAt(0));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static LogFilter AllSyncs => LogFilter.Of([], Sync.Topic);

    [Fact]
    public async Task Reads_the_head_and_headers_that_hang_together()
    {
        await using var world = new EvmWorld(blocks: 300);
        world.Devnet.Nodes[0].Terms.ShufflesBatches = true;

        await world.RunAsync(world.Client.ConnectAsync(Token));
        var head = await world.AnswerAsync(world.Client.HeadAsync(Token));
        var before = world.Devnet.Nodes[0].Requests;
        var headers = await world.AnswerAsync(world.Client.HeadersAsync(1, 300, Token));

        Assert.Equal((31_337, 300), (world.Client.ChainId, head.Number));
        Assert.Equal(world.Devnet.HashAt(300), head.Hash.ToString());
        Assert.All(headers.Index(), one => Assert.Equal(world.Devnet.HashAt(one.Index + 1), one.Item.Hash.ToString()));
        Assert.Equal(3, world.Devnet.Nodes[0].Requests - before);
    }

    [Fact]
    public async Task A_batch_that_is_refused_is_asked_in_smaller_ones_from_then_on()
    {
        await using var world = new EvmWorld(blocks: 100);
        var node = world.Devnet.Nodes[0];
        node.Terms.MostCalls = 7;

        Assert.Equal(100, (await world.AnswerAsync(world.Client.HeadersAsync(1, 100, Token))).Count);
        var before = node.Requests;
        Assert.Equal(60, (await world.AnswerAsync(world.Client.HeadersAsync(1, 60, Token))).Count);

        // Halves of 100 down to 6.
        Assert.Equal(10, node.Requests - before);
    }

    [Fact]
    public async Task A_node_without_batches_is_asked_one_by_one()
    {
        await using var world = new EvmWorld(blocks: 10);
        world.Devnet.Nodes[0].Terms.MostCalls = 0;

        Assert.Equal(10, (await world.AnswerAsync(world.Client.HeadersAsync(1, 10, Token))).Count);
    }

    [Theory]
    [InlineData(null, null, 2)]
    [InlineData(100, null, 11)]
    [InlineData(null, 25, 400)]
    [InlineData(7, 6, 1_300)]
    public async Task Logs_are_complete_and_in_order_whatever_a_provider_refuses(int? blocks, int? logs, int most)
    {
        await using var world = new EvmWorld(blocks: 1_000);
        var node = world.Devnet.Nodes[0];
        var all = await world.AnswerAsync(world.Client.LogsAsync(AllSyncs, 1, 1_000, Token));
        (node.Terms.MostLogBlocks, node.Terms.MostLogs) = (blocks, logs);
        var before = node.Requests;

        var found = await world.AnswerAsync(world.Client.LogsAsync(AllSyncs, 1, 1_000, Token));

        Assert.InRange(all.Count, 2_000, 3_000);
        Assert.Equal(all.Select(Place), found.Select(Place));
        Assert.Equal(all.Select(Place).Order(), all.Select(Place));
        Assert.InRange(node.Requests - before, 1, most);
    }

    [Fact]
    public async Task A_provider_whose_rule_was_learned_is_not_asked_for_more_again()
    {
        await using var world = new EvmWorld(blocks: 1_000);
        var node = world.Devnet.Nodes[0];
        node.Terms.MostLogBlocks = 100;
        await world.AnswerAsync(world.Client.LogsAsync(AllSyncs, 1, 1_000, Token));
        var before = node.Requests;

        await world.AnswerAsync(world.Client.LogsAsync(AllSyncs, 1, 1_000, Token));

        Assert.Equal(10, node.Requests - before);
    }

    [Fact]
    public async Task Logs_of_one_block_that_are_too_many_are_searched_by_address()
    {
        await using var world = new EvmWorld(blocks: 40);
        var pairs = Enumerable.Range(0, 8).Select(index => EvmAddress.Parse(EvmDevnet.ContractAt(index))).ToArray();
        var all = await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of(pairs, Sync.Topic), 1, 40, Token));
        world.Devnet.Nodes[0].Terms.MostLogs = all.GroupBy(log => (log.BlockNumber, log.Address)).Max(one => one.Count());

        var found = await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of(pairs, Sync.Topic), 1, 40, Token));

        Assert.Equal(all.Select(Place), found.Select(Place));
    }

    [Fact]
    public async Task Logs_are_not_taken_from_a_node_that_has_not_come_so_far()
    {
        await using var world = new EvmWorld(nodes: 2, blocks: 50);
        await world.RunAsync(world.Client.ConnectAsync(Token));
        world.Devnet.Extend(10);
        world.Devnet.Nodes[0].Terms.LagBlocks = 10;
        var first = await world.AnswerAsync(world.Client.LogsAsync(AllSyncs, 51, 60, Token));

        world.Devnet.Nodes[0].Terms.LagBlocks = 0;
        var all = await world.AnswerAsync(world.Client.LogsAsync(AllSyncs, 51, 60, Token));
        Assert.NotEmpty(all);
        Assert.Equal(all.Select(Place), first.Select(Place));
        world.Devnet.Nodes[0].Terms.LagBlocks = 10;
        world.Devnet.Nodes[1].Terms.LagBlocks = 10;
        await Assert.ThrowsAsync<ChainException>(
            () => world.AnswerAsync(world.Client.LogsAsync(AllSyncs, 55, 61, Token)));
    }

    [Fact]
    public async Task A_revert_is_an_answer_and_costs_no_endpoint_its_name()
    {
        await using var world = new EvmWorld(nodes: 2);
        var bad = new EvmCall(EvmAddress.Parse("0x000000000000000000000000000000000000dead"), new byte[4]);

        var results = await world.AnswerAsync(world.Client.CallAllAsync(
            [(new EvmCall(Pair, new byte[4]), BlockId.At(5)), (bad, BlockId.At(5))], Token));

        Assert.Equal(32, Assert.IsType<CallResult.Returned>(results[0]).Data.Length);
        var reverted = Assert.IsType<CallResult.Reverted>(results[1]);
        Assert.Equal("no", AbiFunction.Parse("e()(string)").Decode(reverted.Data.Span[4..])[0]);
        Assert.All(world.Client.Endpoints, one => Assert.NotEqual(EndpointState.Faulty, one.State));
        Assert.Equal(0, world.Devnet.Nodes[1].Requests);
    }

    [Fact]
    public async Task What_one_node_has_forgotten_the_next_one_is_asked_and_then_at_once()
    {
        await using var world = new EvmWorld(nodes: 2, blocks: 500);
        world.Devnet.Nodes[0].Terms.StateBlocks = 100;
        await world.RunAsync(world.Client.ConnectAsync(Token));
        var call = new EvmCall(Pair, new byte[4]);
        var old = await world.AnswerAsync(world.Client.CallAsync(call, BlockId.At(300), Token));
        var before = world.Devnet.Nodes[0].Requests;

        var older = await world.AnswerAsync(world.Client.CallAsync(call, BlockId.At(200), Token));
        var recent = await world.AnswerAsync(world.Client.CallAsync(call, BlockId.At(450), Token));

        Assert.All([old, older, recent], result => Assert.IsType<CallResult.Returned>(result));
        Assert.Equal(1, world.Devnet.Nodes[0].Requests - before);
        Assert.Equal(EndpointState.Working, world.Client.Endpoints[0].State);
    }

    [Fact]
    public async Task Many_calls_are_one_call_where_Multicall3_is_and_a_batch_before()
    {
        await using var world = new EvmWorld(
            shape: options => options with { MulticallFrom = 10 }, devnet: new EvmDevnetOptions { MulticallFrom = 10 });
        EvmCall[] calls =
        [
            .. Enumerable.Range(0, 30).Select(index => new EvmCall(EvmAddress.Parse(EvmDevnet.ContractAt(index)), new byte[index])),
            new(EvmAddress.Parse("0x000000000000000000000000000000000000dead"), new byte[4]),
        ];
        await world.RunAsync(world.Client.ConnectAsync(Token));
        foreach (var block in new long[] { 15, 9 })
        {
            var together = await world.AnswerAsync(world.Client.CallAllAsync([.. calls.Select(call => (call, BlockId.At(block)))], Token));
            var each = await world.AnswerAsync(world.Client.CallEachAsync([.. calls.Select(call => (call, BlockId.At(block)))], Token));

            Assert.Equal(each.Select(Shown), together.Select(Shown));
            Assert.IsType<CallResult.Reverted>(together[30]);
        }
    }

    [Fact]
    public async Task What_is_asked_twice_at_once_is_asked_once()
    {
        await using var world = new EvmWorld();
        await world.RunAsync(world.Client.ConnectAsync(Token));
        var node = world.Devnet.Nodes[0];
        node.Terms.Hangs = true;
        var before = node.Requests;
        var reads = Enumerable.Range(0, 5).Select(_ => world.Client.HeadersAsync(3, 9, Token)).ToArray();

        await EvmWorld.SettleAsync(Task.WhenAll(reads));
        Assert.Equal(1, node.Requests - before);
        node.Terms.Hangs = false;
        await Assert.ThrowsAsync<ChainException>(() => world.AnswerAsync(Task.WhenAll(reads)));
        Assert.Equal(7, (await world.AnswerAsync(world.Client.HeadersAsync(3, 9, Token))).Count);
    }

    [Fact]
    public async Task A_limit_that_is_set_is_kept_and_the_next_endpoint_takes_over()
    {
        Assert.True(RateLimitText.TryParse("5/second;20/minute", out var limit, out _));
        await using var world = new EvmWorld(nodes: 2, shape: options => options with
        {
            Endpoints = [options.Endpoints[0] with { Limit = limit }, options.Endpoints[1]],
        });
        var node = world.Devnet.Nodes[0];
        node.Terms.RequestsPerSecond = 5;
        for (var read = 0; read < 60; read++)
        {
            await world.AnswerAsync(world.Client.HeaderAsync(BlockId.At(read % 20), Token));
        }

        Assert.InRange(node.Requests, 5, 20);
        Assert.NotEqual(0, world.Devnet.Nodes[1].Requests);
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_serves_nothing()
    {
        await using var world = new EvmWorld(nodes: 2, shape: options => options with { ChainId = 31_337 });
        world.Devnet.Nodes[0].Terms.ChainId = 1;

        await world.RunAsync(world.Client.ConnectAsync(Token));
        await world.AnswerAsync(world.Client.HeadAsync(Token));

        Assert.Equal(EndpointState.WrongChain, world.Client.Endpoints[0].State);
    }

    [Fact]
    public async Task A_block_that_nobody_has_is_null()
    {
        await using var world = new EvmWorld(nodes: 2);
        await world.RunAsync(world.Client.ConnectAsync(Token));

        Assert.Null(await world.AnswerAsync(world.Client.HeaderAsync(BlockId.Of(default(Hash32)), Token)));
        Assert.NotNull(await world.AnswerAsync(world.Client.HeaderAsync(BlockId.Finalized, Token)));
    }

    private static (long, int, Hash32) Place(EvmLog log) => (log.BlockNumber, log.Index, log.BlockHash);

    private static string Shown(CallResult result) => result switch
    {
        CallResult.Returned { Data: var data } => Convert.ToHexString(data.Span),
        CallResult.Reverted { Data: var data } => "reverted " + Convert.ToHexString(data.Span),
        _ => throw new InvalidOperationException(),
    };
}
