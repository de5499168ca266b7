using System.Numerics;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Devnet;
using Outpost.Tests.Rpc;
using Chain = Outpost.Devnet.Devnet;

namespace Outpost.Tests.Cosmos;

/// <summary>The client against the devnet, over each of its three faces.</summary>
public sealed class DevnetClientTests
{
    private static readonly AccountKey Key = AccountKey.FromPrivateKey(
        Convert.FromHexString("c4a48e2fce1481cd3294b4490f6678090ea98d3d0e5cd984558ab0968741b104"));

    private static readonly BigInteger Funds = BigInteger.Pow(10, 20);

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task Reads_the_chain(EndpointKind kind)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var chain = await StartAsync();
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, chain, kind);
        await chain.ProduceBlocksAsync(3, stop);

        Assert.Equal("outpost-devnet-1", client.ChainId);
        Assert.Equal(new Height(4), (await client.HeadAsync(stop)).Height);
        Assert.Equal(Funds, await client.BalanceAsync(Key.Address, stop));
        Assert.Equal(BigInteger.Pow(10, 19), (await client.GasPriceAsync(stop)).AttoPerGas);
        Assert.Equal(0ul, (await client.AccountAsync(Key.Address, stop))!.Sequence);
        Assert.Null(await client.AccountAsync("allo1jrkmdcwgq94uaamx6zax2luewlhf7u4kjtujpm", stop));
        Assert.InRange(await client.BlockTimeAsync(stop), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task Registers_and_submits_and_sees_both_included(EndpointKind kind)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var chain = await StartAsync();
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, chain, kind);
        var allora = new AlloraClient(client);
        var topic = new TopicId(1);

        var version = await allora.VersionAsync(stop);
        var registered = await SendAsync(client, chain, WorkerMessages.Register(version, topic, Key.Address));
        Assert.Equal((0u, ""), (registered.Code, registered.Codespace));

        while (!(await allora.WorkerWindowAsync(topic, Key.Address, stop)).IsOpen)
        {
            await chain.ProduceBlocksAsync(1, stop);
        }

        var window = await allora.WorkerWindowAsync(topic, Key.Address, stop);
        Assert.True(window is { IsRegistered: true, IsWhitelisted: true, IsTopicActive: true });
        Assert.True(DecimalText.TryParse("1.5", out var value, out _));
        var payload = WorkerMessages.Inference(version, topic, window.Nonce, value, Key);
        var submitted = await SendAsync(client, chain, payload);

        Assert.Equal((0u, ""), (submitted.Code, submitted.Log));
        var admitted = AlloraEvent.Read(submitted.Events).OfType<AlloraEvent.InferenceAdmitted>();
        Assert.Equal([new AlloraEvent.InferenceAdmitted(topic, window.Nonce, Key.Address)], admitted);
        while (chain.Height <= window.ClosesAt.Value)
        {
            await chain.ProduceBlocksAsync(1, stop);
        }

        Assert.True(await allora.HasInferenceAsync(topic, window.Nonce, Key.Address, stop));
        Assert.False(await allora.HasInferenceAsync(topic, new Height(1), Key.Address, stop));
        var block = await client.TransactionsAsync(submitted.Height, stop);
        Assert.Equal(kind is EndpointKind.Rpc ? [submitted.Hash] : null, block?.Select(one => one.Hash));
    }

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task Tells_refusals_of_simulations_and_broadcasts_apart(EndpointKind kind)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var chain = await StartAsync();
        await chain.ProduceBlocksAsync(2, stop);
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, chain, kind);
        var account = (await client.AccountAsync(Key.Address, stop))!;
        var right = new SigningContext(client.ChainId, account.Number, account.Sequence);

        async Task<Refusal> SimulatedAsync(TransactionDraft draft, SigningContext context) => Refusals.Classify(
            await Assert.ThrowsAsync<ChainException>(
                () => client.SimulateAsync(Transaction.ForSimulation(draft, context, Key), stop)));

        async Task<Refusal> BroadcastAsync(TransactionDraft draft, SigningContext context)
        {
            var check = await client.BroadcastAsync(Transaction.Sign(draft, context, Key), stop);
            return Refusals.Classify(check.Codespace, check.Code, check.Log);
        }

        var register = Draft(WorkerMessages.Register(EmissionsVersion.V10, new TopicId(1), Key.Address));
        var elsewhere = Draft(WorkerMessages.Register(EmissionsVersion.V10, new TopicId(99), Key.Address));
        Assert.True(DecimalText.TryParse("1", out var value, out _));
        var early = Draft(WorkerMessages.Inference(EmissionsVersion.V10, new TopicId(1), new(999), value, Key));

        Assert.Equal(Refusal.WrongSequence, await SimulatedAsync(register, right with { Sequence = 5 }));
        Assert.Equal(Refusal.TopicMissing, await SimulatedAsync(elsewhere, right));
        Assert.Equal(Refusal.NonceNotFound, await SimulatedAsync(early, right));
        Assert.Equal(Refusal.WrongSequence, await BroadcastAsync(register, right with { Sequence = 5 }));
        Assert.Equal(Refusal.BadSignature, await BroadcastAsync(register, right with { ChainId = "other-1" }));
        Assert.Equal(Refusal.FeeTooLow, await BroadcastAsync(register with { Fee = new Fee(1, 300_000) }, right));
        Assert.Equal(
            Refusal.TimeoutHeightPassed, await BroadcastAsync(register with { TimeoutHeight = new(1) }, right));
        Assert.Equal(Refusal.None, await BroadcastAsync(register, right));
        Assert.Equal(Refusal.AlreadyInMempool, await BroadcastAsync(register, right));
    }

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task Follows_the_blocks(EndpointKind kind)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var chain = await StartAsync(TimeSpan.FromMilliseconds(100));
        await using var clients = new Clients();
        var client = await ConnectedAsync(clients, chain, kind);
        var heights = new List<long>();
        var opened = 0;

        await foreach (var block in client.BlocksAsync(stop))
        {
            heights.Add(block.Height.Value);
            opened += AlloraEvent.Read(block.Events ?? []).OfType<AlloraEvent.WorkerWindowOpened>().Count();
            Assert.Equal(kind is EndpointKind.Rpc, block.Events is not null);
            if (heights.Count == 15)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, 15).Select(index => heights[0] + index), heights);
        Assert.Equal(kind is EndpointKind.Rpc, opened > 0);
    }

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task Finds_the_emissions_version_and_finds_it_again_after_an_upgrade(EndpointKind kind)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var chain = await StartAsync(options: new DevnetOptions
        {
            BlockTime = null,
            Version = EmissionsVersion.V9,
            UpgradeHeight = 5,
        });
        await using var clients = new Clients();
        var allora = new AlloraClient(await ConnectedAsync(clients, chain, kind));

        Assert.Equal(EmissionsVersion.V9, await allora.VersionAsync(stop));
        Assert.Equal(12, (await allora.TopicAsync(new TopicId(1), stop))!.EpochLengthBlocks);
        Assert.Null(await allora.TopicAsync(new TopicId(99), stop));
        await chain.ProduceBlocksAsync(6, stop);
        Assert.Equal(12, (await allora.TopicAsync(new TopicId(1), stop))!.EpochLengthBlocks);
        Assert.Equal(EmissionsVersion.V10, await allora.VersionAsync(stop));
        Assert.True(await allora.RegistrationFeeAsync(stop) > 0);
    }

    private static Task<Chain> StartAsync(TimeSpan? blockTime = null, DevnetOptions? options = null) =>
        Chain.StartAsync((options ?? new DevnetOptions()) with
        {
            BlockTime = blockTime,
            Balances = new Dictionary<string, BigInteger> { [Key.Address] = Funds },
        },
        TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    private static async Task<CosmosClient> ConnectedAsync(Clients clients, Chain chain, EndpointKind kind)
    {
        var url = kind switch
        {
            EndpointKind.Rpc => chain.Rpc,
            EndpointKind.Lcd => chain.Lcd,
            _ => chain.Grpc,
        };
        var client = clients.Of(new EndpointOptions(kind, url));
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        return client;
    }

    private static TransactionDraft Draft(Google.Protobuf.WellKnownTypes.Any message) =>
        new([message], new Fee(10 * 300_000, 300_000), null);

    private static async Task<TransactionResult> SendAsync(
        CosmosClient client, Chain chain, Google.Protobuf.WellKnownTypes.Any message)
    {
        var stop = TestContext.Current.CancellationToken;
        var account = (await client.AccountAsync(Key.Address, stop))!;
        var context = new SigningContext(client.ChainId, account.Number, account.Sequence);
        var draft = Draft(message);
        var gas = await client.SimulateAsync(Transaction.ForSimulation(draft, context, Key), stop) * 13 / 10;
        var fee = (await client.GasPriceAsync(stop)).FeeFor(gas);
        var signed = Transaction.Sign(draft with { Fee = new Fee(fee, gas) }, context, Key);
        Assert.Null(await client.FindAsync(signed.Hash, stop));
        Assert.Equal(0u, (await client.BroadcastAsync(signed, stop)).Code);
        await chain.ProduceBlocksAsync(1, stop);
        return (await client.FindAsync(signed.Hash, stop))!;
    }
}
