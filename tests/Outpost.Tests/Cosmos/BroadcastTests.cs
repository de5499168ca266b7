using System.Collections.Concurrent;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Tests.Node;
using Outpost.Tests.Rpc;

namespace Outpost.Tests.Cosmos;

public sealed class BroadcastTests
{
    [Fact]
    public async Task Sends_to_all_and_takes_the_first_acceptance()
    {
        await using var refusing = await FakeNode.StartAsync(node => node.Broadcast = _ =>
            FakeNode.Reply(new { code = 32, codespace = "sdk", log = "account sequence mismatch, expected 2, got 3" }));
        await using var accepting = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, refusing, accepting);

        var result = await client.BroadcastAsync(Some(1), TestContext.Current.CancellationToken);

        Assert.Equal((0u, accepting.Url), (result.Code, result.Endpoint));
        // The first acceptance is not held back by the others: the slower node may be reached after the answer.
        for (var wait = 0; wait < 200 && refusing.CountOf("broadcast_tx_sync") == 0; wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal((1, 1), (refusing.CountOf("broadcast_tx_sync"), accepting.CountOf("broadcast_tx_sync")));
    }

    [Fact]
    public async Task An_acceptance_that_hears_all_comes_with_what_another_says_against_it()
    {
        await using var refusing = await FakeNode.StartAsync(node =>
            node.Broadcast = _ => FakeNode.Reply(new { code = 13, codespace = "sdk", log = "insufficient fee" }));
        await using var accepting = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, accepting, refusing);

        var result = await client.BroadcastAsync(Some(1), hearsAll: true, TestContext.Current.CancellationToken);

        Assert.Equal((0u, accepting.Url), (result.Code, result.Endpoint));
        Assert.Equal((13u, refusing.Url), (result.Against?.Code, result.Against?.Endpoint));
    }

    [Theory]
    [InlineData("tx already exists in cache", 19u)]
    [InlineData("mempool is full: number of txs 5000 (max: 5000), total txs bytes 1 (max: 2)", 20u)]
    [InlineData("Tx too large. Max size is 1048576, but got 2000000", 21u)]
    public async Task Gives_the_mempools_own_errors_the_codes_that_the_sdk_gives_them(string words, uint code)
    {
        await using var node = await FakeNode.StartAsync(one =>
            one.Broadcast = _ => FakeNode.Error(-32603, "Internal error", words));
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, node);

        var result = await client.BroadcastAsync(Some(1), TestContext.Current.CancellationToken);

        Assert.Equal(("sdk", code), (result.Codespace, result.Code));
    }

    [Fact]
    public async Task Drops_what_waits_for_an_endpoint_that_leaves_a_broadcast_unanswered()
    {
        var time = new ManualTime();
        await using var silent = await FakeNode.StartAsync();
        await using var other = await FakeNode.StartAsync();
        await using var clients = new Clients(time);
        var client = await ConnectedAsync(clients, silent, other);
        var isHeard = new TaskCompletionSource();
        silent.Fault = async (context, method) =>
        {
            if (method == "broadcast_tx_sync")
            {
                isHeard.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return method == "broadcast_tx_sync";
        };

        await client.BroadcastAsync(Some(1), TestContext.Current.CancellationToken);
        await isHeard.Task;
        await client.BroadcastAsync(Some(2), TestContext.Current.CancellationToken);
        for (var wait = 0; wait < 300; wait++)
        {
            // The request itself may take five seconds; what waits behind it is given up after one.
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal((1, 2), (silent.CountOf("broadcast_tx_sync"), other.CountOf("broadcast_tx_sync")));
    }

    [Fact]
    public async Task Prefers_the_refusal_that_speaks_of_the_transaction()
    {
        await using var full = await FakeNode.StartAsync(node =>
            node.Broadcast = _ => FakeNode.Error(-32603, "Internal error", "mempool is full"));
        await using var judging = await FakeNode.StartAsync(node =>
            node.Broadcast = _ => FakeNode.Reply(new { code = 13, codespace = "sdk", log = "insufficient fee" }));
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, full, judging);

        var result = await client.BroadcastAsync(Some(1), TestContext.Current.CancellationToken);

        Assert.Equal((13u, true), (result.Code, result.IsUnanimous));
    }

    [Fact]
    public async Task Says_when_an_endpoint_may_hold_what_the_others_refused()
    {
        await using var dead = await FakeNode.StartAsync();
        await using var judging = await FakeNode.StartAsync(node =>
            node.Broadcast = _ => FakeNode.Reply(new { code = 13, codespace = "sdk", log = "insufficient fee" }));
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, dead, judging);
        dead.Fault = (context, _) => FailoverTests.WriteAsync(context, 502, "");

        var result = await client.BroadcastAsync(Some(1), TestContext.Current.CancellationToken);

        Assert.Equal((13u, false), (result.Code, result.IsUnanimous));
    }

    [Fact]
    public async Task Throws_when_no_endpoint_answers()
    {
        await using var node = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, node);
        node.Fault = (context, _) => FailoverTests.WriteAsync(context, 502, "");

        var fault = await Assert.ThrowsAsync<ChainException>(
            () => client.BroadcastAsync(Some(1), TestContext.Current.CancellationToken));

        Assert.Equal(ChainFault.Unreachable, fault.Fault);
    }

    [Fact]
    public async Task A_slow_endpoint_gets_the_transactions_in_the_order_in_which_they_were_handed_in()
    {
        var seen = new ConcurrentQueue<string>();
        var hold = new TaskCompletionSource();
        await using var slow = await FakeNode.StartAsync(node => node.Broadcast = transaction =>
        {
            seen.Enqueue(transaction);
            return FakeNode.Reply(new { code = 0 });
        });
        await using var fast = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, slow, fast);
        slow.Fault = async (_, _) =>
        {
            await hold.Task;
            return false;
        };

        List<string> sent = [];
        for (byte number = 1; number <= 5; number++)
        {
            var result = await client.BroadcastAsync(Some(number), TestContext.Current.CancellationToken);
            Assert.Equal(fast.Url, result.Endpoint);
            sent.Add(Convert.ToBase64String([number]));
        }

        Assert.Equal(1, slow.CountOf("broadcast_tx_sync"));
        hold.SetResult();
        while (seen.Count < sent.Count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal(sent, seen);
    }

    [Theory]
    [InlineData(1_000, new[] { 1, 59 })]
    [InlineData(10, new[] { 1, 59, 10, 10, 10, 10, 10, 9 })]
    public async Task What_waited_for_a_reply_goes_out_in_batches_that_the_endpoint_takes(int most, int[] requests)
    {
        var (seen, node, answers) = await BurstAsync(60, most);
        await using var running = node;

        Assert.Equal(Enumerable.Range(1, 60).Select(number => Convert.ToBase64String([(byte)number])), seen);
        Assert.All(answers.Index(), one => Assert.Equal((uint)one.Index + 1, one.Item.Code));
        Assert.Equal(requests, node.Requests.Skip(1));
    }

    [Fact]
    public async Task An_endpoint_that_takes_no_batch_gets_single_requests_from_then_on()
    {
        var (seen, node, _) = await BurstAsync(12, 1);
        await using var running = node;

        Assert.Equal(Enumerable.Range(1, 12).Select(number => Convert.ToBase64String([(byte)number])), seen);
        Assert.Equal([1, 11, 10, .. Enumerable.Repeat(1, 11)], node.Requests.Skip(1));
    }

    /// <summary>Hands over that many at once, the first of which the node answers when all others wait.</summary>
    private static async Task<(string[] Seen, FakeNode Node, CheckResult[] Answers)> BurstAsync(int count, int most)
    {
        var seen = new ConcurrentQueue<string>();
        var hold = new TaskCompletionSource();
        var node = await FakeNode.StartAsync(one =>
        {
            (one.MaxBatch, one.AnswersBackwards) = (most, true);
            one.Broadcast = transaction =>
            {
                seen.Enqueue(transaction);
                return FakeNode.Reply(new { code = Convert.FromBase64String(transaction)[0], codespace = "test" });
            };
        });
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, node);
        node.Fault = async (_, _) =>
        {
            await hold.Task;
            return false;
        };
        var first = client.BroadcastAsync(Some(1), TestContext.Current.CancellationToken);
        while (node.CountOf("broadcast_tx_sync") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var rest = Enumerable.Range(2, count - 1)
            .Select(number => client.BroadcastAsync(Some((byte)number), TestContext.Current.CancellationToken)).ToList();
        hold.SetResult();
        var answers = await Task.WhenAll([first, .. rest]);
        return ([.. seen], node, answers);
    }

    private static SignedTransaction Some(byte number) => new(new[] { number }, $"{number:X64}");

    private static async Task<CosmosClient> ConnectedAsync(Clients clients, params FakeNode[] nodes)
    {
        var client = clients.Of(nodes);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        return client;
    }
}
