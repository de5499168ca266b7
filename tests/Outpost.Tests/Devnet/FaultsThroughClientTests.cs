using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Devnet.Faults;

namespace Outpost.Tests.Devnet;

/// <summary>What the shipped client makes of faults, over each of a node's faces.</summary>
public sealed class FaultsThroughClientTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task A_lost_reply_to_a_broadcast_is_a_timeout_though_the_transaction_is_included(EndpointKind kind)
    {
        await using var world = FaultWorld.InMemory();
        await using var client = await ConnectedAsync(world, kind);
        world.Begin(FaultKind.TxLostReply, "node-1");
        var bytes = FaultWorld.Payment(0);
        var sending = client.BroadcastAsync(
            new SignedTransaction(bytes, Convert.ToHexString(SHA256.HashData(bytes))), Stop);
        while (world.Devnet.Observer.Checked.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Stop);
        }

        world.Time.Advance(AttemptTimeout);
        Assert.Equal(ChainFault.Timeout, (await Assert.ThrowsAsync<ChainException>(() => sending)).Fault);
        await world.ProduceAsync(1);
        Assert.Equal(0u, Assert.Single(world.Witness.Blocks[^1].Transactions).Code);
    }

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task Each_face_fails_in_the_way_that_the_fault_says(EndpointKind kind)
    {
        await using var world = FaultWorld.InMemory();
        (FaultKind Kind, ChainFault Fault)[] cases =
        [
            (FaultKind.RpcRefuses, ChainFault.Unreachable), (FaultKind.RpcTooManyRequests, ChainFault.RateLimited),
            (FaultKind.RpcBadGateway, ChainFault.Unreachable), (FaultKind.RpcGarbage, ChainFault.BadReply),
            (FaultKind.RpcSyncing, ChainFault.Syncing), (FaultKind.RpcWrongChain, ChainFault.WrongChain),
        ];
        foreach (var (fault, expected) in cases)
        {
            await using var client = Client(world, kind);
            var begun = world.Begin(fault, "node-1");
            var problem = await Assert.ThrowsAsync<ChainException>(() => client.ConnectAsync(Stop));
            Assert.True(problem.Fault == expected, $"{fault.Name}: {problem.Fault}: {problem.Message}");
            world.Devnet.Faults.End(begun);
        }
    }

    private static async Task<CosmosClient> ConnectedAsync(FaultWorld world, EndpointKind kind)
    {
        var client = Client(world, kind);
        await client.ConnectAsync(Stop);
        return client;
    }

    private static CosmosClient Client(FaultWorld world, EndpointKind kind)
    {
        var node = world.Devnet.Nodes[0];
        var url = kind switch { EndpointKind.Rpc => node.Rpc, EndpointKind.Lcd => node.Lcd, _ => node.Grpc };
        return new(
            new CosmosOptions
            {
                Endpoints = [new EndpointOptions(kind, url)],
                ChainId = world.Devnet.Options.ChainId,
                AttemptTimeout = AttemptTimeout,
            },
            world.Devnet.Network(), world.Time, new Random(1), NullLoggerFactory.Instance);
    }
}
