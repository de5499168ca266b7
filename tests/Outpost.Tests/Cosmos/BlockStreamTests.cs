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
    public async Task Opens_another_socket_at_once_and_without_a_gap_when_one_drops()
    {
        var time = new ManualTime();
        await using var node = await FakeNode.StartAsync();
        await using var clients = new Clients(time);
        await using var blocks = Blocks(clients.Of(node));
        await NextAsync(blocks);
        await UntilAsync(() => node.CountOf("subscribe") == 1);
        await SettledAsync(node);

        Tell(node, 11);
        node.Height = 13;
        await NextAsync(blocks);
        node.Events.Writer.TryWrite(null);
        var rest = await NextAsync(blocks, 2);

        // The clock stood still: nothing was waited for.
        Assert.Equal([12, 13], rest.Select(block => block.Height.Value));
        Assert.Equal(2, node.CountOf("subscribe"));
    }

    [Fact]
    public async Task Hears_whichever_of_two_sockets_tells_a_block_first()
    {
        var time = new ManualTime();
        await using var first = await FakeNode.StartAsync();
        await using var second = await FakeNode.StartAsync();
        await using var third = await FakeNode.StartAsync();
        await using var clients = new Clients(time);
        await using var blocks = Blocks(clients.Of(first, second, third));
        await NextAsync(blocks);
        await UntilAsync(() => first.CountOf("subscribe") + second.CountOf("subscribe") == 2);

        Tell(second, 11);
        Assert.Equal(11, (await NextAsync(blocks)).Height.Value);
        Tell(first, 11, 12);
        Tell(second, 12);
        Assert.Equal(12, (await NextAsync(blocks)).Height.Value);
        Tell(second, 13);
        Assert.Equal(13, (await NextAsync(blocks)).Height.Value);
        Assert.Equal(0, third.CountOf("subscribe"));
    }

    [Fact]
    public async Task Leaves_a_silent_socket_while_the_other_tells_every_block_and_asks_nobody_for_it()
    {
        var time = new ManualTime();
        await using var first = await FakeNode.StartAsync();
        await using var second = await FakeNode.StartAsync();
        await using var clients = new Clients(time);
        await using var blocks = Blocks(clients.Of(first, second));
        await NextAsync(blocks);
        await UntilAsync(() => first.CountOf("subscribe") + second.CountOf("subscribe") == 2);
        await SettledAsync(first, second);
        var asked = first.CountOf("status") + second.CountOf("status");

        // Silence counts from when the socket's opening was heard: on a busy machine that may be some blocks on.
        for (var height = 11; height <= 13 || !await SoonAsync(() => first.CountOf("subscribe") == 2); height++)
        {
            Assert.True(height < 20, "the silent socket was not left");
            time.Advance(TimeSpan.FromSeconds(5));
            (first.Height, second.Height) = (height, height);
            Tell(second, height);
            Assert.Equal(height, (await NextAsync(blocks)).Height.Value);
        }

        Assert.Equal(1, second.CountOf("subscribe"));

        // One status belongs to the socket that is opened anew.
        Assert.InRange(first.CountOf("status") + second.CountOf("status"), asked, asked + 1);
    }

    [Fact]
    public async Task Follows_an_endpoint_that_is_found_ahead_while_all_sockets_are_at_some_that_lag()
    {
        await using var first = await FakeNode.StartAsync();
        await using var second = await FakeNode.StartAsync();
        await using var third = await FakeNode.StartAsync();
        await using var clients = new Clients(new ManualTime());
        var client = clients.Of(first, second, third);
        await using var blocks = Blocks(client);
        await NextAsync(blocks);
        await UntilAsync(() => first.CountOf("subscribe") + second.CountOf("subscribe") == 2);
        await SettledAsync(first, second);

        third.Height = 36;
        var asked = third.CountOf("status");
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => third.CountOf("status") > asked && client.Endpoints.Any(one => one.Height == 36));
        (first.Height, second.Height) = (11, 11);
        Tell(first, 11);

        // The clock stands still: no socket is silent, and no block is overdue.
        Assert.Equal(Enumerable.Range(11, 26).Select(height => (long)height),
            (await NextAsync(blocks, 26)).Select(block => block.Height.Value));
    }

    [Fact]
    public async Task Takes_the_events_that_one_endpoint_leaves_out_from_the_other()
    {
        var time = new ManualTime();
        await using var first = await FakeNode.StartAsync();
        await using var second = await FakeNode.StartAsync();
        await using var clients = new Clients(time);
        await using var blocks = Blocks(clients.Of(first, second));
        await NextAsync(blocks);
        await UntilAsync(() => first.CountOf("subscribe") + second.CountOf("subscribe") == 2);
        await SettledAsync(first, second);

        first.Events.Writer.TryWrite(FakeNode.BlockEvents(11, isEmpty: true));
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        Tell(second, 11);
        Assert.Equal("11", Assert.Single((await NextAsync(blocks)).Events!)["height"]);

        // Where the other has none either, or says nothing, the block is not held back.
        first.Events.Writer.TryWrite(FakeNode.BlockEvents(12, isEmpty: true));
        second.Events.Writer.TryWrite(FakeNode.BlockEvents(12, isEmpty: true));
        Assert.Empty((await NextAsync(blocks)).Events!);
        first.Events.Writer.TryWrite(FakeNode.BlockEvents(13, isEmpty: true));
        var next = NextAsync(blocks);
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            return next.IsCompleted;
        });
        Assert.Empty((await next).Events!);
    }

    [Fact]
    public async Task Believes_no_head_that_only_one_endpoint_claims_and_waits_for_none()
    {
        await using var liar = await FakeNode.StartAsync();
        await using var honest = await FakeNode.StartAsync();
        await using var clients = new Clients();
        await using var blocks = Blocks(clients.Of(liar, honest));
        await NextAsync(blocks);
        await UntilAsync(() => liar.CountOf("subscribe") + honest.CountOf("subscribe") == 2);

        liar.Claims = 1010;
        Tell(liar, 1010);
        liar.Missing[1009] = true;
        honest.Height = 12;
        Tell(honest, 11, 12);
        var next = await NextAsync(blocks, 2);
        honest.Height = 13;
        Tell(honest, 13);

        Assert.Equal([11, 12], next.Select(block => block.Height.Value));
        Assert.Equal(13, (await NextAsync(blocks)).Height.Value);
    }

    [Fact]
    public async Task Believes_a_chain_that_jumps_and_has_events_again_after_the_blocks_that_are_too_old()
    {
        await using var first = await FakeNode.StartAsync();
        await using var second = await FakeNode.StartAsync();
        await using var clients = new Clients();
        await using var blocks = Blocks(clients.Of(first, second));
        await NextAsync(blocks);
        await UntilAsync(() => first.CountOf("subscribe") + second.CountOf("subscribe") == 2);

        (first.Height, second.Height) = (1010, 1010);
        Tell(first, 1010);
        var rest = await NextAsync(blocks, 1000);

        Assert.Equal(Enumerable.Range(11, 1000).Select(height => (long)height), rest.Select(block => block.Height.Value));
        Assert.All(rest.Take(900), block => Assert.Null(block.Events));
        Assert.All(rest.TakeLast(60), block => Assert.NotNull(block.Events));
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
    public async Task Asks_the_next_node_within_seconds_where_one_tells_of_blocks_and_does_not_give_them()
    {
        var time = new ManualTime();
        await using var mute = await FakeNode.StartAsync();
        await using var other = await FakeNode.StartAsync();
        await using var clients = new Clients(time);
        var client = clients.Of(mute, other);
        mute.Fault = async (context, method) =>
        {
            if (method == "block_results")
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return method == "block_results";
        };
        await using var blocks = Blocks(client);

        var first = NextAsync(blocks);
        var waited = TimeSpan.Zero;
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            waited += TimeSpan.FromMilliseconds(100);
            return first.IsCompleted;
        });

        Assert.Equal(10, (await first).Height.Value);
        Assert.InRange(waited.TotalSeconds, 0, 8);
    }

    [Fact]
    public async Task Says_when_another_endpoint_is_heard_after_one_alone_told_blocks_without_events()
    {
        var time = new ManualTime();
        await using var bare = await FakeNode.StartAsync();
        await using var other = await FakeNode.StartAsync();
        await using var clients = new Clients(time);
        await using var blocks = Blocks(clients.Of(bare, other));
        await NextAsync(blocks);
        await UntilAsync(() => bare.CountOf("subscribe") + other.CountOf("subscribe") == 2);
        await SettledAsync(bare, other);

        foreach (var height in new[] { 11, 12 })
        {
            bare.Events.Writer.TryWrite(FakeNode.BlockEvents(height, isEmpty: true));
            var next = NextAsync(blocks);
            await UntilAsync(() =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return next.IsCompleted;
            });
            Assert.False((await next).IsAfterDoubtful);
        }

        Tell(other, 13, 14);
        Assert.Equal([true, false], (await NextAsync(blocks, 2)).Select(block => block.IsAfterDoubtful));
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

        await UntilAsync(() => node.CountOf("subscribe") == 1);
        await SettledAsync(node);
        node.Height = 11;
        var next = NextAsync(blocks);
        var waited = TimeSpan.Zero;
        await UntilAsync(() =>
        {
            // Nothing comes by the socket; only the passing of time can show the block.
            time.Advance(TimeSpan.FromMilliseconds(250));
            waited += TimeSpan.FromMilliseconds(250);
            return next.IsCompleted;
        });

        // Blocks take five seconds here, and three more are the most that a socket may be late.
        Assert.Equal(11, (await next).Height.Value);
        Assert.InRange(waited.TotalSeconds, 5, 10);
        node.Height = 12;
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            return node.CountOf("subscribe") == 2;
        });
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

    /// <summary>Waits until nothing is asked any more.</summary>
    private static async Task SettledAsync(params FakeNode[] nodes)
    {
        var (calls, quiet) = (-1, 0);
        await UntilAsync(() =>
        {
            var now = nodes.Sum(node => node.Calls.Count);
            (calls, quiet) = (now, now == calls ? quiet + 1 : 0);
            return quiet == 15;
        });
    }

    /// <summary>False when it does not hold within two seconds.</summary>
    private static async Task<bool> SoonAsync(Func<bool> holds)
    {
        for (var asked = 0; asked < 100 && !holds(); asked++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return holds();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var asked = 0; !holds(); asked++)
        {
            Assert.True(asked < 1000, "waited for twenty seconds");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
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
