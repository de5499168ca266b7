using System.Net;
using System.Net.WebSockets;
using Outpost.Devnet.Faults;

namespace Outpost.Tests.Devnet;

/// <summary>The same faults over real sockets: what a client sees is what it sees in memory.</summary>
public sealed class FaultsOnSocketsTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_fail_one_by_one_and_come_back()
    {
        await using var world = await FaultWorld.OnSocketsAsync();
        Assert.NotEqual(world.Devnet.Nodes[0].Rpc, world.Devnet.Nodes[1].Rpc);
        var socket = await world.SubscribeAsync(1);

        var refuses = world.Begin(FaultKind.RpcRefuses, "node-1");
        await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(1, "status"));
        await Assert.ThrowsAsync<WebSocketException>(() => FaultWorld.HearAsync(socket));
        await Assert.ThrowsAsync<WebSocketException>(() => world.SubscribeAsync(1));
        Assert.Equal(1, await world.HeadAsync(2));
        world.Devnet.Faults.End(refuses);

        var limited = world.Begin(FaultKind.RpcTooManyRequests, "node-1", 9);
        using (var answer = await world.SendAsync(1, "status"))
        {
            Assert.Equal((HttpStatusCode.TooManyRequests, "9"), (answer.StatusCode, answer.Headers.RetryAfter?.ToString()));
        }

        world.Devnet.Faults.End(limited);
        Assert.Equal(1, await world.HeadAsync(1));
    }

    [Fact]
    public async Task Websockets_are_closed_with_a_farewell()
    {
        await using var world = await FaultWorld.OnSocketsAsync();
        var socket = await world.SubscribeAsync(1);
        world.Begin(FaultKind.RpcClosesSocket, "node-1");
        Assert.Equal("(closed)", await FaultWorld.HearAsync(socket));
        await Assert.ThrowsAsync<WebSocketException>(() => world.SubscribeAsync(1));
    }

    [Fact]
    public async Task A_held_back_reply_ends_with_the_client_or_with_the_devnet()
    {
        await using var world = await FaultWorld.OnSocketsAsync();
        world.Begin(FaultKind.TxLostReply, "node-1");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var sending = world.BroadcastAsync(1, FaultWorld.Payment(0), patience.Token);
        while (world.Devnet.Observer.Checked.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await world.ProduceAsync(1);
        Assert.Single(world.Witness.Blocks[^1].Transactions);

        world.Begin(FaultKind.RpcStalls, "node-2", 0);
        var asking = world.SendAsync(2, "status");
        while (world.Devnet.Observer.QueryCount("rpc/status") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }

        await world.Devnet.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Stop);
        await Assert.ThrowsAsync<HttpRequestException>(() => asking);
    }
}
