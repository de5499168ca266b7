using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Wire.Cosmos.Auth;
using Outpost.Devnet;

namespace Outpost.Tests.Devnet;

/// <summary>CometBFT RPC and its websocket over real sockets, with plain clients.</summary>
public sealed class RpcTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TestWallet _alice = new("alice");
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private Outpost.Devnet.Devnet _devnet = null!;

    public async ValueTask InitializeAsync() => _devnet = await Outpost.Devnet.Devnet.StartAsync(
        new DevnetOptions
        {
            BlockTime = null,
            Balances = new Dictionary<string, BigInteger> { [_alice.Address] = BigInteger.Pow(10, 20) },
            Topics = [new TopicOptions { Id = new(1), RegisteredWorkers = [_alice.Address] }],
        },
        TimeProvider.System, NullLoggerFactory.Instance, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _devnet.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Takes_a_payload_and_shows_it_in_its_block()
    {
        await _devnet.ProduceBlocksAsync(1, Cancel);
        var bytes = _alice.Tx(_alice.Payload(1, 2, "3.5"), new TxShape { Account = 2, Timeout = 8 });
        var answer = await CallAsync("broadcast_tx_sync", new JsonObject { ["tx"] = Convert.ToBase64String(bytes) });
        Assert.Equal("0 ", $"{answer["result"]!["code"]} {answer["result"]!["log"]}");
        await _devnet.ProduceBlocksAsync(1, Cancel);
        var hash = answer["result"]!["hash"]!.ToString();
        var found = await GetAsync($"tx?hash=0x{hash}");
        Assert.Equal("0", found["result"]!["tx_result"]!["code"]!.ToString());
        Assert.Contains("emissions.v10.EventInsertInfererPayload", found.ToJsonString(), StringComparison.Ordinal);
        var searched = await CallAsync("tx_search", new JsonObject { ["query"] = $"tx.hash='{hash}'" });
        Assert.Equal("1", searched["result"]!["total_count"]!.ToString());
        Assert.Single(_devnet.Observer.Admitted);
    }

    [Theory]
    [InlineData("D31")]
    [InlineData("D17")]
    public async Task Reads_a_hash_whose_base64_begins_like_hex(string first)
    {
        var hash = first.PadRight(64, 'A');
        var base64 = Convert.ToBase64String(Convert.FromHexString(hash));
        Assert.StartsWith("0x", base64, StringComparison.OrdinalIgnoreCase);
        var answer = await CallAsync("tx", new JsonObject { ["hash"] = base64 });
        Assert.Equal($"tx ({hash}) not found", answer["error"]!["data"]!.ToString());
    }

    [Fact]
    public async Task Announces_openings_and_transactions_on_the_websocket()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(_devnet.Rpc) { Scheme = "ws", Path = "/websocket" }.Uri, Cancel);
        await SubscribeAsync(socket, 1, """
            tm.event='NewBlockEvents' AND emissions.v10.EventWorkerSubmissionWindowOpened.topic_id='"1"'
            """.Trim());
        await SubscribeAsync(socket, 2, "tm.event='Tx'");
        await _devnet.ProduceBlocksAsync(1, Cancel);
        var opened = await ReceiveAsync(socket);
        Assert.Equal("1", opened["id"]!.ToString());
        Assert.Equal("tendermint/event/NewBlockEvents", opened["result"]!["data"]!["type"]!.ToString());
        Assert.Equal("2", opened["result"]!["data"]!["value"]!["height"]!.ToString());
        Assert.Equal(
            "\"8\"",
            opened["result"]!["events"]!["emissions.v10.EventWorkerSubmissionWindowOpened.window_end_block"]![0]!
                .ToString());
        _devnet.Node.Broadcast(_alice.Tx(_alice.Payload(1, 2, "3.5"), new TxShape { Account = 2 }));
        await _devnet.ProduceBlocksAsync(1, Cancel);
        var included = await ReceiveAsync(socket);
        Assert.Equal("3", included["result"]!["data"]!["value"]!["TxResult"]!["height"]!.ToString());
    }

    [Fact]
    public async Task Refuses_a_sixth_subscription_and_a_repeated_one()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(_devnet.Rpc) { Scheme = "ws", Path = "/websocket" }.Uri, Cancel);
        for (var topic = 1; topic <= 5; topic++)
        {
            await SubscribeAsync(socket, topic, $"tm.event='Tx' AND message.number={topic}");
        }

        await SendAsync(socket, "subscribe", 6, "tm.event='NewBlock'");
        Assert.Equal(
            "max_subscriptions_per_client 5 reached", (await ReceiveAsync(socket))["error"]!["data"]!.ToString());
        await SendAsync(socket, "unsubscribe", 7, "tm.event='Tx' AND message.number=1");
        Assert.NotNull((await ReceiveAsync(socket))["result"]);
        await SendAsync(socket, "subscribe", 8, "tm.event='Tx' AND message.number=2");
        Assert.Equal("already subscribed", (await ReceiveAsync(socket))["error"]!["data"]!.ToString());
    }

    [Fact]
    public async Task Says_that_a_repeated_transaction_is_in_its_cache()
    {
        var bytes = Convert.ToBase64String(_alice.Tx(_alice.Registration(1), new TxShape { Account = 2 }));
        Assert.NotNull((await CallAsync("broadcast_tx_sync", new JsonObject { ["tx"] = bytes }))["result"]);
        var again = await CallAsync("broadcast_tx_sync", new JsonObject { ["tx"] = bytes });
        Assert.Equal("-32603 Internal error tx already exists in cache",
            $"{again["error"]!["code"]} {again["error"]!["message"]} {again["error"]!["data"]}");
    }

    [Fact]
    public async Task Answers_batches_unknown_methods_and_pruned_heights_as_CometBFT_does()
    {
        using var reply = await _http.PostAsJsonAsync(_devnet.Rpc, new JsonArray(
            Request("status", 1), Request("nonsense", "two")), Cancel);
        var answers = (await reply.Content.ReadFromJsonAsync<JsonArray>(Cancel))!;
        Assert.Equal("outpost-devnet-1", answers[0]!["result"]!["node_info"]!["network"]!.ToString());
        Assert.Equal("two -32601", $"{answers[1]!["id"]} {answers[1]!["error"]!["code"]}");
        var future = await CallAsync("block", new JsonObject { ["height"] = "99" });
        Assert.Equal(
            "height 99 must be less than or equal to the current blockchain height 1",
            future["error"]!["data"]!.ToString());
        using var direct = await _http.GetAsync(new Uri(_devnet.Rpc, "block?height=99"), Cancel);
        Assert.Equal(500, (int)direct.StatusCode);
    }

    [Fact]
    public async Task Queries_the_application_by_its_grpc_paths()
    {
        var data = Convert.ToHexString(new QueryAccountRequest { Address = _alice.Address }.ToByteArray());
        var answer = await GetAsync($"abci_query?path=\"/cosmos.auth.v1beta1.Query/Account\"&data=0x{data}");
        var value = Convert.FromBase64String(answer["result"]!["response"]!["value"]!.ToString());
        var account = QueryAccountResponse.Parser.ParseFrom(value).Account;
        Assert.Equal("/cosmos.auth.v1beta1.BaseAccount", account.TypeUrl);
        var unknown = await CallAsync("abci_query", new JsonObject
        {
            ["path"] = "/emissions.v9.QueryService/GetParams",
        });
        var response = unknown["result"]!["response"]!;
        Assert.Equal("6 sdk", $"{response["code"]} {response["codespace"]}");
    }

    private static JsonObject Request(string method, JsonNode id) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = new JsonObject() };

    private static async Task SubscribeAsync(ClientWebSocket socket, int id, string query)
    {
        await SendAsync(socket, "subscribe", id, query);
        Assert.Equal("{}", (await ReceiveAsync(socket))["result"]!.ToJsonString());
    }

    private static async Task SendAsync(ClientWebSocket socket, string method, int id, string query)
    {
        var request = Request(method, id);
        request["params"] = new JsonObject { ["query"] = query };
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, Cancel);
    }

    private static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 20];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), Cancel);
            length += part.Count;
            if (part.EndOfMessage)
            {
                return JsonNode.Parse(buffer.AsSpan(0, length))!;
            }
        }
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        var request = Request(method, 1);
        request["params"] = parameters;
        using var reply = await _http.PostAsJsonAsync(_devnet.Rpc, request, Cancel);
        return (await reply.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using var reply = await _http.GetAsync(new Uri(_devnet.Rpc, path), Cancel);
        return (await reply.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }
}
