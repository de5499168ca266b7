using Outpost.Chains.Cosmos;
using Outpost.Tests.Node;
using Outpost.Tests.Rpc;

namespace Outpost.Tests.Cosmos;

public sealed class BlockStreamTests
{
    [Fact]
    public async Task Gives_the_newest_block_at_once_and_then_every_next_one()
    {
        await using var node = await FakeNode.StartAsync();
        await using var clients = new Clients();
        await using var blocks = Blocks(clients.Of(node));

        var first = await NextAsync(blocks);
        node.Height = 12;
        Tell(node, 11, 12);
        var rest = await NextAsync(blocks, 2);

        Assert.Equal("10", Assert.Single(first.Events!)["height"]);
        Assert.Equal([10, 11, 12], [first.Height.Value, .. rest.Select(block => block.Height.Value)]);
        Assert.Equal(["11", "12"], rest.Select(block => Assert.Single(block.Events!)["height"]));
    }

    [Fact]
    public async Task Fills_gaps_in_order_and_passes_no_block_twice()
    {
        await using var node = await FakeNode.StartAsync();
        await using var clients = new Clients();
        await using var blocks = Blocks(clients.Of(node));
        await NextAsync(blocks);

        node.Height = 15;
        Tell(node, 10, 13, 13, 12, 15);
        var rest = await NextAsync(blocks, 5);

        Assert.Equal([11, 12, 13, 14, 15], rest.Select(block => block.Height.Value));
        Assert.All(rest, block => Assert.Equal($"{block.Height}", Assert.Single(block.Events!)["height"]));
        Assert.Equal(1, node.CountOf("subscribe"));
    }

    [Fact]
    public async Task Resumes_at_the_next_endpoint_without_a_gap_when_the_socket_drops()
    {
        await using var first = await FakeNode.StartAsync();
        await using var second = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = clients.Of(first, second);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        await using var blocks = Blocks(client);
        await NextAsync(blocks);

        second.Height = 13;
        first.Events.Writer.TryWrite(null);
        var rest = await NextAsync(blocks, 3);

        Assert.Equal([11, 12, 13], rest.Select(block => block.Height.Value));
        Assert.Equal((1, 1), (first.CountOf("subscribe"), second.CountOf("subscribe")));
    }

    [Fact]
    public async Task Asks_other_nodes_for_a_block_that_one_has_pruned_and_else_passes_it_on_without_events()
    {
        await using var pruned = await FakeNode.StartAsync();
        await using var archive = await FakeNode.StartAsync(node => node.Height = 20);
        await using var clients = new Clients();
        var client = clients.Of(pruned, archive);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        await using var blocks = Blocks(client);
        await NextAsync(blocks);

        pruned.Height = 14;
        pruned.Missing[11] = pruned.Missing[12] = archive.Missing[12] = true;
        Tell(pruned, 14);
        var rest = await NextAsync(blocks, 4);

        Assert.Equal([11, 12, 13, 14], rest.Select(block => block.Height.Value));
        Assert.Equal([true, false, true, true], rest.Select(block => block.Events is not null));
    }

    [Fact]
    public async Task Polls_where_no_subscription_is_given()
    {
        await using var node = await FakeNode.StartAsync(one =>
            one.SubscriptionReply = """
                {"jsonrpc":"2.0","id":1,
                 "error":{"code":-32603,"message":"Internal error","data":"max_subscription_clients 100 reached"}}
                """);
        await using var clients = new Clients();
        await using var blocks = Blocks(clients.Of(node));

        var first = await NextAsync(blocks);
        node.Height = 12;
        var rest = await NextAsync(blocks, 2);

        Assert.Equal([10, 11, 12], [first.Height.Value, .. rest.Select(block => block.Height.Value)]);
        Assert.All(rest, block => Assert.NotNull(block.Events));
    }

    [Fact]
    public async Task Notices_a_socket_that_is_silent_while_the_chain_moves()
    {
        var time = new ManualTime();
        await using var node = await FakeNode.StartAsync();
        await using var clients = new Clients(time);
        await using var blocks = Blocks(clients.Of(node));
        await NextAsync(blocks);

        var next = NextAsync(blocks, 2);
        node.Height = 12;
        while (!next.IsCompleted)
        {
            // Nothing comes by the socket; only the passing of time can show the two blocks.
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal([11, 12], (await next).Select(block => block.Height.Value));
        Assert.InRange(node.CountOf("subscribe"), 2, int.MaxValue);
    }

    [Fact]
    public async Task Ends_by_cancellation_only()
    {
        await using var node = await FakeNode.StartAsync();
        await using var clients = new Clients();
        using var stop = new CancellationTokenSource();
        await using var blocks = clients.Of(node).BlocksAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        await NextAsync(blocks);

        var next = blocks.MoveNextAsync().AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static IAsyncEnumerator<Block> Blocks(CosmosClient client) => client
        .BlocksAsync(TestContext.Current.CancellationToken)
        .GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private static void Tell(FakeNode node, params long[] heights)
    {
        foreach (var height in heights)
        {
            node.Events.Writer.TryWrite(FakeNode.BlockEvents(height));
        }
    }

    private static async Task<Block> NextAsync(IAsyncEnumerator<Block> blocks)
    {
        Assert.True(await blocks.MoveNextAsync().AsTask().WaitAsync(
            TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
        return blocks.Current;
    }

    private static async Task<IReadOnlyList<Block>> NextAsync(IAsyncEnumerator<Block> blocks, int count)
    {
        List<Block> next = [];
        while (next.Count < count)
        {
            next.Add(await NextAsync(blocks));
        }

        return next;
    }
}
