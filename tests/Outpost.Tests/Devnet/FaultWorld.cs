using System.Net.WebSockets;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Wire.Cosmos.Bank;
using Outpost.Chains.Wire.Cosmos.Base;
using Outpost.Devnet;
using Outpost.Devnet.Faults;
using Outpost.Tests.Node;
using Chain = Outpost.Devnet.Devnet;

namespace Outpost.Tests.Devnet;

/// <summary>A devnet of two nodes, in memory or over sockets, with plain clients. Alice has account 2 and funds.</summary>
internal sealed class FaultWorld : IAsyncDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private readonly HttpMessageInvoker _network;
    private readonly HashSet<ClientWebSocket> _sockets = [];

    private FaultWorld(Chain devnet, HttpMessageHandler network, ManualTime? time)
    {
        (Devnet, Time) = (devnet, time!);
        _network = new HttpMessageInvoker(network);
        devnet.Observer.Add(Witness);
    }

    public static TestWallet Alice { get; } = new("alice");

    public Chain Devnet { get; }

    /// <summary>Only in memory.</summary>
    public ManualTime Time { get; }

    public RecordingWitness Witness { get; } = new();

    public static FaultWorld InMemory(Func<DevnetOptions, DevnetOptions>? change = null)
    {
        var time = new ManualTime();
        var devnet = Chain.InMemory(change?.Invoke(Shape) ?? Shape, time);
        return new(devnet, devnet.Network(), time);
    }

    public static async Task<FaultWorld> OnSocketsAsync() => new(
        await Chain.StartAsync(Shape, TimeProvider.System, NullLoggerFactory.Instance, Stop),
        new SocketsHttpHandler(), null);

    public Fault Begin(FaultKind kind, string? node = null, decimal? amount = null)
    {
        var fault = Fault.Of(kind, node, amount);
        Devnet.Faults.Begin(fault);
        return fault;
    }

    public Task ProduceAsync(int count) => Devnet.ProduceBlocksAsync(count, Stop);

    public async Task ProduceUntilAsync(long height)
    {
        while (Devnet.Height < height)
        {
            await ProduceAsync(1);
        }
    }

    /// <summary>A GET of the CometBFT RPC of node 1 or 2; unread errors of HTTP are left to the caller.</summary>
    public Task<HttpResponseMessage> SendAsync(int node, string pathAndQuery, CancellationToken? cancel = null) =>
        _network.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(Devnet.Nodes[node - 1].Rpc, pathAndQuery)), cancel ?? Stop);

    public async Task<JsonNode> GetAsync(int node, string pathAndQuery) =>
        await JsonAsync(await SendAsync(node, pathAndQuery));

    public async Task<JsonNode> LcdAsync(int node, string pathAndQuery) => await JsonAsync(await _network.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, new Uri(Devnet.Nodes[node - 1].Lcd, pathAndQuery)), Stop));

    public async Task<JsonNode> PostLcdAsync(int node, string path, JsonObject body) => await JsonAsync(
        await _network.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(Devnet.Nodes[node - 1].Lcd, path))
            {
                Content = new StringContent(body.ToJsonString()),
            }, Stop));

    public async Task<JsonNode> StatusAsync(int node) => (await GetAsync(node, "status"))["result"]!;

    public async Task<long> HeadAsync(int node) =>
        long.Parse((await StatusAsync(node))["sync_info"]!["latest_block_height"]!.ToString());

    public async Task<long> SequenceAsync(int node) => long.Parse(
        (await LcdAsync(node, $"cosmos/auth/v1beta1/accounts/{Alice.Address}"))["account"]!["sequence"]!.ToString());

    /// <summary>Codespace and code of what the node says to a broadcast.</summary>
    public async Task<string> BroadcastAsync(int node, byte[] bytes, CancellationToken? cancel = null)
    {
        var body = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = "broadcast_tx_sync",
            ["params"] = new JsonObject { ["tx"] = Convert.ToBase64String(bytes) },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, Devnet.Nodes[node - 1].Rpc)
        {
            Content = new StringContent(body.ToJsonString()),
        };
        var answer = await JsonAsync(await _network.SendAsync(request, cancel ?? Stop));
        return answer["error"] is { } error
            ? error["data"]!.ToString()
            : $"{answer["result"]!["codespace"]} {answer["result"]!["code"]}".Trim();
    }

    public Task<string> PayAsync(int node, ulong sequence) => BroadcastAsync(node, Payment(sequence));

    /// <summary>A transfer of Alice's with this sequence.</summary>
    public static byte[] Payment(ulong sequence) => Alice.Tx(
        new MsgSend
        {
            FromAddress = Alice.Address,
            ToAddress = new TestWallet("bob").Address,
            Amount = { new Coin { Denom = "uallo", Amount = "1" } },
        },
        new TxShape { Account = 2, Sequence = sequence });

    public static byte[] Inference(ulong sequence, long nonce) =>
        Alice.Tx(Alice.Payload(1, nonce, "3.5"), new TxShape { Account = 2, Sequence = sequence });

    public async Task<ClientWebSocket> SubscribeAsync(int node)
    {
        var socket = new ClientWebSocket();
        _sockets.Add(socket);
        await socket.ConnectAsync(
            new UriBuilder(Devnet.Nodes[node - 1].Rpc) { Scheme = "ws", Path = "/websocket" }.Uri, _network, Stop);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(
                """{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"query":"tm.event='NewBlockEvents'"}}"""),
            WebSocketMessageType.Text, endOfMessage: true, Stop);
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{}}""", await HearAsync(socket));
        return socket;
    }

    /// <summary>The next message; "(closed)" for a close frame.</summary>
    public static async Task<string> HearAsync(ClientWebSocket socket)
    {
        var buffer = new byte[256 * 1024];
        var received = await socket.ReceiveAsync(buffer, Stop);
        return received.MessageType == WebSocketMessageType.Close
            ? "(closed)"
            : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    /// <summary>The height that the next event tells of.</summary>
    public static async Task<long> HeightAsync(ClientWebSocket socket) => long.Parse(
        JsonNode.Parse(await HearAsync(socket))!["result"]!["data"]!["value"]!["height"]!.ToString());

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        await Devnet.DisposeAsync();
        _network.Dispose();
    }

    private static DevnetOptions Shape => new()
    {
        BlockTime = null,
        Nodes = 2,
        Balances = new Dictionary<string, BigInteger> { [Alice.Address] = BigInteger.Pow(10, 20) },
        Topics =
        [
            new TopicOptions { Id = new(1), RegisteredWorkers = [Alice.Address] },
            new TopicOptions { Id = new(2), RegisteredWorkers = [Alice.Address], FirstOpening = 3 },
        ],
    };

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
        }
    }
}
