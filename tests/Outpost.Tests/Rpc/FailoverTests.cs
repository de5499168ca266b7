using Microsoft.AspNetCore.Http;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Tests.Node;

namespace Outpost.Tests.Rpc;

public sealed class FailoverTests
{
    private static readonly Uri Nobody = new("http://127.0.0.1:9");

    [Fact]
    public async Task Connects_to_the_first_right_endpoint_and_learns_the_chain_id()
    {
        await using var node = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = clients.Of(node);

        await client.ConnectAsync(TestContext.Current.CancellationToken);

        Assert.Equal("fake-1", client.ChainId);
        Assert.Equal(new Height(10), (await client.HeadAsync(TestContext.Current.CancellationToken)).Height);
    }

    [Fact]
    public async Task Says_of_every_endpoint_what_was_wrong_with_it()
    {
        await using var other = await FakeNode.StartAsync(node => node.ChainId = "other-1");
        await using var syncing = await FakeNode.StartAsync(node => node.IsSyncing = true);
        await using var html = await FakeNode.StartAsync(node => node.Fault = (context, _) =>
            WriteAsync(context, 200, "<html><title>Welcome to the wrong port</title></html>"));
        await using var clients = new Clients();
        var client = clients.Of(new CosmosOptions
        {
            ChainId = "fake-1",
            Endpoints = [.. new[] { other.Url, syncing.Url, html.Url, Nobody }
                .Select(url => new EndpointOptions(EndpointKind.Rpc, url))],
        });

        var fault = await Assert.ThrowsAsync<ChainException>(
            () => client.ConnectAsync(TestContext.Current.CancellationToken));

        var lines = fault.Message.Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Contains($"WrongChain: connect at {Name(other)}: the node serves other-1, not fake-1", lines[1],
            StringComparison.Ordinal);
        Assert.Contains($"Syncing: connect at {Name(syncing)}: the node is still catching up", lines[2],
            StringComparison.Ordinal);
        Assert.Contains("BadReply", lines[3], StringComparison.Ordinal);
        Assert.Contains("Welcome to the wrong port", lines[3], StringComparison.Ordinal);
        Assert.Contains("Unreachable", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_wait_for_a_stalled_endpoint_when_another_serves()
    {
        await using var stalled = await FakeNode.StartAsync(node => node.Fault = StallAsync);
        await using var good = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = clients.Of(stalled, good);
        var start = TimeProvider.System.GetTimestamp();

        await client.ConnectAsync(TestContext.Current.CancellationToken);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData(429, "slow down")]
    [InlineData(502, "<html>bad gateway</html>")]
    [InlineData(503, "")]
    [InlineData(403, "no key")]
    [InlineData(200, "<html>hello</html>")]
    [InlineData(200, "{\"jsonrpc\":\"2.0\"}")]
    [InlineData(200, "")]
    public async Task Moves_on_within_one_read_and_stays_away_from_the_one_that_failed(int status, string body)
    {
        await using var bad = await FakeNode.StartAsync();
        await using var good = await FakeNode.StartAsync(node => node.Height = 77);
        await using var clients = new Clients();
        var client = clients.Of(bad, good);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        bad.Fault = (context, _) => WriteAsync(context, status, body);
        var before = bad.Calls.Count;

        var first = await client.HeadAsync(TestContext.Current.CancellationToken);
        var second = await client.HeadAsync(TestContext.Current.CancellationToken);

        Assert.Equal((77L, 77L), (first.Height.Value, second.Height.Value));
        Assert.Equal(before + 1, bad.Calls.Count);
    }

    [Fact]
    public async Task Moves_on_when_an_endpoint_stalls_or_drops_the_connection()
    {
        await using var stalled = await FakeNode.StartAsync();
        await using var dropping = await FakeNode.StartAsync();
        await using var good = await FakeNode.StartAsync(node => node.Height = 77);
        await using var clients = new Clients();
        var client = clients.Of(new CosmosOptions
        {
            AttemptTimeout = TimeSpan.FromMilliseconds(700),
            Endpoints = [.. new[] { stalled, dropping, good }
                .Select(node => new EndpointOptions(EndpointKind.Rpc, node.Url))],
        });
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        stalled.Fault = StallAsync;
        dropping.Fault = (context, _) =>
        {
            context.Abort();
            return Task.FromResult(true);
        };

        var head = await client.HeadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new Height(77), head.Height);
    }

    [Theory]
    [InlineData(429, ChainFault.RateLimited)]
    [InlineData(401, ChainFault.Forbidden)]
    [InlineData(504, ChainFault.Unreachable)]
    [InlineData(418, ChainFault.BadReply)]
    public async Task Tells_a_lone_endpoints_fault_by_its_status_and_how_long_to_stay_away(
        int status, ChainFault expected)
    {
        await using var node = await FakeNode.StartAsync(one => one.Fault = (context, _) =>
        {
            context.Response.Headers.RetryAfter = "17";
            return WriteAsync(context, status, "no");
        });
        await using var clients = new Clients();
        var client = clients.Of(node);

        var fault = await Assert.ThrowsAsync<ChainException>(
            () => client.HeadAsync(TestContext.Current.CancellationToken));

        Assert.Equal(expected, fault.Fault);
        Assert.Equal(node.Url, fault.Endpoint);
        Assert.Equal(TimeSpan.FromSeconds(17), fault.RetryAfter);
    }

    [Fact]
    public async Task Returns_to_the_preferred_endpoint_once_it_works_again()
    {
        var time = new ManualTime();
        await using var preferred = await FakeNode.StartAsync();
        await using var other = await FakeNode.StartAsync(node => node.Height = 77);
        await using var clients = new Clients(time);
        var client = clients.Of(preferred, other);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        preferred.Fault = (context, _) => WriteAsync(context, 502, "");
        Assert.Equal(77, (await client.HeadAsync(TestContext.Current.CancellationToken)).Height.Value);

        preferred.Fault = null;
        var asked = preferred.Calls.Count;
        Assert.Equal(77, (await client.HeadAsync(TestContext.Current.CancellationToken)).Height.Value);
        Assert.Equal(asked, preferred.Calls.Count);
        time.Advance(TimeSpan.FromSeconds(2));
        while ((await client.HeadAsync(TestContext.Current.CancellationToken)).Height.Value != 10)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Shows_no_keys_that_stand_in_a_url()
    {
        await using var clients = new Clients();
        var client = clients.Of(new EndpointOptions(
            EndpointKind.Rpc, new Uri("http://user:secret@127.0.0.1:9/secret/?key=secret")));

        var fault = await Assert.ThrowsAsync<ChainException>(
            () => client.ConnectAsync(TestContext.Current.CancellationToken));

        Assert.Contains("http://127.0.0.1:9", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_ask_the_next_endpoint_what_the_chain_has_already_answered()
    {
        await using var first = await FakeNode.StartAsync();
        await using var second = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = clients.Of(first, second);
        await client.ConnectAsync(TestContext.Current.CancellationToken);

        Assert.Null(await client.AccountAsync("allo1nobody", TestContext.Current.CancellationToken));
        Assert.Equal(1, first.CountOf("abci_query"));
        Assert.Equal(0, second.CountOf("abci_query"));
    }

    [Fact]
    public async Task Refuses_an_answer_that_does_not_end()
    {
        await using var node = await FakeNode.StartAsync(one => one.Fault = async (context, _) =>
        {
            var part = new byte[1 << 20];
            for (var sent = 0; sent < 20; sent++)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }

            return true;
        });
        await using var clients = new Clients();
        var client = clients.Of(node);

        var fault = await Assert.ThrowsAsync<ChainException>(
            () => client.HeadAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ChainFault.BadReply, fault.Fault);
        Assert.Contains("longer than 16 MiB", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looks_for_a_transaction_at_every_endpoint_before_it_says_that_there_is_none()
    {
        await using var first = await FakeNode.StartAsync();
        await using var second = await FakeNode.StartAsync();
        await using var clients = new Clients();
        var client = clients.Of(first, second);
        await client.ConnectAsync(TestContext.Current.CancellationToken);

        Assert.Null(await client.FindAsync(new string('A', 64), TestContext.Current.CancellationToken));
        Assert.Equal((1, 1), (first.CountOf("tx"), second.CountOf("tx")));
    }

    private static string Name(FakeNode node) => node.Url.AbsoluteUri.TrimEnd('/');

    internal static async Task<bool> WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
        return true;
    }

    private static async Task<bool> StallAsync(HttpContext context, string method)
    {
        var gone = new TaskCompletionSource();
        using var registration = context.RequestAborted.Register(() => gone.TrySetResult());
        await gone.Task;
        return true;
    }
}
