using System.Net;
using System.Net.WebSockets;
using System.Numerics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Devnet;
using Outpost.Node;
using Outpost.Tests.Node;
using Chain = Outpost.Devnet.Devnet;

namespace Outpost.Tests.Devnet;

/// <summary>The devnet without sockets: the shipped client and a whole node reach it through a network in memory.</summary>
public sealed class MemoryNetworkTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly DevnetOptions Options = new()
    {
        BlockTime = null,
        Balances = new Dictionary<string, BigInteger> { [new TestWallet("alice").Address] = BigInteger.Pow(10, 20) },
    };

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Lcd)]
    [InlineData(EndpointKind.Grpc)]
    public async Task A_client_reads_the_chain_over_each_face_of_the_second_node(EndpointKind kind)
    {
        await using var devnet = Chain.InMemory(Options with { Nodes = 2 }, TimeProvider.System);
        var node = devnet.Nodes[1];
        var url = kind switch { EndpointKind.Rpc => node.Rpc, EndpointKind.Lcd => node.Lcd, _ => node.Grpc };
        await using var client = Client(devnet, new EndpointOptions(kind, url));
        await client.ConnectAsync(Stop);
        await devnet.ProduceBlocksAsync(2, Stop);

        Assert.Equal("node-2", node.Name);
        Assert.Equal(new Height(3), (await client.HeadAsync(Stop)).Height);
        Assert.Equal(BigInteger.Pow(10, 20), await client.BalanceAsync(new TestWallet("alice").Address, Stop));
        Assert.Null(await client.AccountAsync(new TestWallet("nobody").Address, Stop));
    }

    [Fact]
    public async Task A_client_follows_every_block_over_the_websocket()
    {
        await using var devnet = Chain.InMemory(Options, TimeProvider.System);
        await using var client = Client(devnet, new EndpointOptions(EndpointKind.Rpc, devnet.Rpc));
        await client.ConnectAsync(Stop);
        await using var blocks = client.BlocksAsync(Stop).GetAsyncEnumerator(Stop);
        Assert.True(await blocks.MoveNextAsync());
        Assert.Equal(new Height(1), blocks.Current.Height);
        for (var height = 2; height <= 30; height++)
        {
            await devnet.ProduceBlocksAsync(1, Stop);
            Assert.True(await blocks.MoveNextAsync());
            Assert.Equal(new Height(height), blocks.Current.Height);
        }

        Assert.True(devnet.Observer.QueryCount("rpc/block_results") <= 2, "the websocket carries the blocks");
    }

    [Fact]
    public async Task A_whole_node_gets_an_inference_included()
    {
        var witness = new RecordingWitness();
        using var key = AccountKey.FromPrivateKey(Convert.FromHexString(new string('1', 64)));
        await using var devnet = Chain.InMemory(
            Options with
            {
                Nodes = 2,
                BlockTime = TimeSpan.FromMilliseconds(50),
                Balances = new Dictionary<string, BigInteger> { [key.Address] = BigInteger.Pow(10, 18) },
            },
            TimeProvider.System);
        devnet.Observer.Add(witness);
        var delays = new Random(7);
        using var network = devnet.Network(() => TimeSpan.FromMilliseconds(delays.Next(3)));
        var journal = Directory.CreateTempSubdirectory("memory").FullName;
        var host = new NodeHost(
            new NodeOptions
            {
                Chain = new CosmosOptions
                {
                    Endpoints = [.. devnet.Nodes.Select(node => new EndpointOptions(EndpointKind.Rpc, node.Rpc))],
                    ChainId = devnet.Options.ChainId,
                },
                Lane = new LaneOptions(),
                Topics =
                [
                    new Outpost.Node.TopicOptions
                    {
                        Topic = new TopicId(1),
                        Inference = new HttpEntrypointOptions { UrlTemplate = "http://model.local/" },
                    },
                ],
                JournalPath = Path.Combine(journal, "journal.db"),
            },
            key,
            new NodeSurroundings(
                network, new ScriptedModel(ScriptedModel.Says("3012.45")), TimeProvider.System, new Random(1),
                NullLoggerFactory.Instance));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = host.RunAsync(stopping.Token);
        while (devnet.Observer.Admitted.Count < 2 && !running.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        }

        await stopping.CancelAsync();
        await running;
        await devnet.DisposeAsync();
        Directory.Delete(journal, recursive: true);
        Assert.Empty(devnet.Observer.Duplicates);
        var admitted = witness.Blocks.SelectMany(block => block.Transactions).SelectMany(tx => tx.Admitted).ToArray();
        Assert.True(admitted.Length >= 2, $"{admitted.Length} admitted");
        Assert.All(admitted, name => Assert.Equal(key.Address, name.Worker));
        Assert.All(admitted, name => Assert.Contains(
            witness.Openings, opening => (opening.Topic, opening.Nonce) == (name.Topic, name.Nonce)));
        Assert.Contains(witness.Checks, check =>
            check is { Code: 0, Node: "node-1" or "node-2", Payloads.Count: 1 } && check.Signer == key.Address);
        Assert.Equal(
            witness.Blocks.Select(block => block.Height.Value),
            Enumerable.Range((int)witness.Blocks[0].Height.Value, witness.Blocks.Count).Select(height => (long)height));
    }

    [Theory]
    [InlineData("http://node-3.devnet:26657/status", HttpRequestError.NameResolutionError)]
    [InlineData("http://node-1.devnet:26658/status", HttpRequestError.ConnectionError)]
    public async Task Other_hosts_and_ports_fail_as_they_do_on_a_real_network(string url, HttpRequestError error)
    {
        await using var devnet = Chain.InMemory(Options with { Nodes = 2 }, TimeProvider.System);
        using var http = new HttpMessageInvoker(devnet.Network());
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, Stop));
        Assert.Equal(error, failed.HttpRequestError);
    }

    [Fact]
    public async Task A_request_takes_the_delay_of_both_ways_and_not_less()
    {
        var time = new ManualTime();
        await using var devnet = Chain.InMemory(Options, time);
        using var http = new HttpMessageInvoker(devnet.Network(() => TimeSpan.FromMilliseconds(30)));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(devnet.Rpc, "status"));
        var answering = http.SendAsync(request, Stop);
        time.Advance(TimeSpan.FromMilliseconds(59));
        Assert.False(answering.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        using var answer = await answering;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Messages_of_a_websocket_keep_their_order_whatever_their_delays_are()
    {
        var delays = new Random(3);
        await using var devnet = Chain.InMemory(Options, TimeProvider.System);
        using var network = new HttpMessageInvoker(devnet.Network(() => TimeSpan.FromMilliseconds(delays.Next(4))));
        using var socket = await SubscribedAsync(devnet, network);
        await devnet.ProduceBlocksAsync(20, Stop);
        for (var height = 2; height <= 21; height++)
        {
            Assert.Contains($"\"height\":\"{height}\"", await TextAsync(socket), StringComparison.Ordinal);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Stop);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task Disposing_the_devnet_ends_its_websockets()
    {
        var devnet = Chain.InMemory(Options, TimeProvider.System);
        using var network = new HttpMessageInvoker(devnet.Network());
        using var socket = await SubscribedAsync(devnet, network);
        await devnet.DisposeAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => TextAsync(socket));
    }

    private static CosmosClient Client(Chain devnet, params EndpointOptions[] endpoints) => new(
        new CosmosOptions { Endpoints = endpoints, ChainId = devnet.Options.ChainId }, devnet.Network(),
        TimeProvider.System, new Random(1), NullLoggerFactory.Instance);

    private static async Task<ClientWebSocket> SubscribedAsync(Chain devnet, HttpMessageInvoker network)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(
            new UriBuilder(devnet.Rpc) { Scheme = "ws", Path = "/websocket" }.Uri, network, Stop);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(
                """{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"query":"tm.event='NewBlockEvents'"}}"""),
            WebSocketMessageType.Text, endOfMessage: true, Stop);
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{}}""", await TextAsync(socket));
        return socket;
    }

    private static async Task<string> TextAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer, Stop);
        Assert.True(received.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
