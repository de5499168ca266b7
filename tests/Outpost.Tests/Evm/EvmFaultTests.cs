using System.Net;
using System.Net.WebSockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Uniswap;

namespace Outpost.Tests.Evm;

/// <summary>What goes wrong by name on an EVM devnet, the same in memory and over sockets.</summary>
public sealed class EvmFaultTests
{
    private const int Blocks = 80;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_catalogue_is_whole_and_its_names_are_read()
    {
        Assert.Equal(EvmFaultKinds.All.Count, EvmFaultKinds.All.Select(kind => kind.Name).Distinct().Count());
        Assert.Subset(
            EvmFaultKinds.All.ToHashSet(),
            typeof(EvmFaultKinds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (FaultKind)field.GetValue(null)!).ToHashSet());
        foreach (var kind in EvmFaultKinds.All)
        {
            var fault = Fault.Of(kind, kind.IsOfNode ? "node-2" : null);
            Assert.Null(Fault.Parse(fault.ToString(), EvmFaultKinds.All, out var read));
            Assert.Equal(fault, read);
            Assert.Null(read!.Problem(nodes: 2));
        }

        Assert.Contains("whole number of calls", Fault.Parse("rpc-batch-limit amount=0.5", EvmFaultKinds.All, out _), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_at_a_node_changes_its_terms_and_its_end_puts_them_back()
    {
        await using var devnet = Devnet();
        var usual = Picture(devnet.Nodes[0].Terms);
        foreach (var kind in EvmFaultKinds.All.Where(kind => kind.IsOfNode))
        {
            var fault = Fault.Of(kind, "node-1");
            devnet.Faults.Begin(fault);
            devnet.Faults.Begin(fault);
            Assert.NotEqual(usual, Picture(devnet.Nodes[0].Terms));
            Assert.Equal(usual, Picture(devnet.Nodes[1].Terms));
            devnet.Faults.End(fault);
            Assert.NotEqual(usual, Picture(devnet.Nodes[0].Terms));
            devnet.Faults.End(fault);
            Assert.Equal(usual, Picture(devnet.Nodes[0].Terms));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lies_are_told_by_one_node_only(bool onSockets)
    {
        await using var world = await World.StartAsync(onSockets);
        var all = """{"fromBlock":"0x1","toBlock":"0x50"}""";
        var honest = await world.LogsAsync(2, all);
        Assert.Equal(honest, await world.LogsAsync(1, all));

        using (world.Wrong("rpc-false-logs@node-1"))
        {
            var told = await world.LogsAsync(1, all);
            var wrong = Assert.Single(honest.Zip(told), pair => pair.First != pair.Second);
            var (right, lie) = (JsonNode.Parse(wrong.First)!, JsonNode.Parse(wrong.Second)!);
            Assert.NotEqual(right["data"]!.ToString(), lie["data"]!.ToString());
            lie["data"] = right["data"]!.DeepClone();
            Assert.True(JsonNode.DeepEquals(right, lie));
        }

        using (world.Wrong("rpc-missing-logs@node-1"))
        {
            Assert.Empty(await world.LogsAsync(1, all));
        }

        using (world.Wrong("rpc-other-block@node-1"))
        {
            Assert.Equal("0x3f", (await world.HeaderAsync(1, 64)).GetProperty("number").GetString());
            Assert.Equal("0x40", (await world.HeaderAsync(2, 64)).GetProperty("number").GetString());
        }

        using (world.Wrong("rpc-null-headers@node-1"))
        {
            Assert.Equal(JsonValueKind.Null, (await world.HeaderAsync(1, 64)).ValueKind);
        }

        using (world.Wrong("rpc-own-branch@node-1 amount=5"))
        {
            Assert.Equal(world.Devnet.HashAt(75), (await world.HeaderAsync(1, 75)).GetProperty("hash").GetString());
            for (var number = 76; number <= Blocks; number++)
            {
                var header = await world.HeaderAsync(1, number);
                Assert.NotEqual(world.Devnet.HashAt(number), header.GetProperty("hash").GetString());
                Assert.Equal(
                    (await world.HeaderAsync(1, number - 1)).GetProperty("hash").GetString(), header.GetProperty("parentHash").GetString());
            }
        }

        Assert.Equal(honest, await world.LogsAsync(1, all));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Providers_refuse_what_is_beyond_their_limits(bool onSockets)
    {
        await using var world = await World.StartAsync(onSockets);
        using (world.Wrong("rpc-log-blocks@node-1 amount=40"))
        {
            Assert.Equal(-32000, await world.CodeAsync("""{"fromBlock":"0x1","toBlock":"0x29"}"""));
            Assert.NotEmpty(await world.LogsAsync(1, """{"fromBlock":"0x1","toBlock":"0x28"}"""));
        }

        using (world.Wrong("rpc-log-limit@node-1 amount=100"))
        {
            Assert.Equal(-32005, await world.CodeAsync("""{"fromBlock":"0x1","toBlock":"0x50"}"""));
        }

        using (world.Wrong("rpc-prunes@node-1 amount=10"))
        {
            var pair = world.Devnet.Uniswap!.Pairs[0].Address;
            var call = $$"""{"to":"{{pair}}","data":"0x0902f1ac"},"0x{0}" """;
            Assert.Equal(JsonValueKind.Object, (await world.CallAsync(1, "eth_call", call.Replace("{0}", "46", StringComparison.Ordinal))).ValueKind);
            Assert.Equal(JsonValueKind.String, (await world.CallAsync(1, "eth_call", call.Replace("{0}", "47", StringComparison.Ordinal))).ValueKind);
        }

        var calls = Enumerable.Range(1, 30)
            .Select(id => $$"""{"jsonrpc":"2.0","id":{{id}},"method":"eth_blockNumber","params":[]}""");
        var batch = $"[{string.Join(',', calls)}]";
        using (world.Wrong("rpc-batch-limit@node-1"))
        {
            Assert.Contains("batch too large", await world.PostAsync(1, batch), StringComparison.Ordinal);
        }

        using (world.Wrong("rpc-shuffles@node-1"))
        {
            var ids = JsonNode.Parse(await world.PostAsync(1, batch))!.AsArray().Select(reply => reply!["id"]!.GetValue<int>()).ToArray();
            Assert.NotEqual(Enumerable.Range(1, 30), ids);
            Assert.Equal(Enumerable.Range(1, 30), ids.Order());
        }

        using (world.Wrong("rpc-429@node-1 amount=7"))
        {
            var (status, headers, _) = await world.SendAsync(1, batch);
            Assert.Equal((HttpStatusCode.TooManyRequests, "7"), (status, headers.RetryAfter?.ToString()));
        }

        using (world.Wrong("rpc-502@node-1"))
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await world.SendAsync(1, batch)).Status);
        }

        using (world.Wrong("rpc-refuses@node-1"))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => world.PostAsync(1, batch));
            Assert.NotEmpty(await world.PostAsync(2, batch));
        }

        Assert.Equal(30, JsonNode.Parse(await world.PostAsync(1, batch))!.AsArray().Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task The_chain_reorganises_and_rolls_back_with_the_next_block(int depth)
    {
        await using var devnet = Devnet();
        var before = Enumerable.Range(0, Blocks + 1).Select(number => devnet.HashAt(number)).ToArray();

        devnet.Faults.Begin(Fault.Of(EvmFaultKinds.ChainReorganises, amount: depth));
        Assert.Equal(Blocks, devnet.Height);
        await devnet.ProduceBlocksAsync(1, Token);

        Assert.Equal(Blocks + 1, devnet.Height);
        Assert.All(before.Index(), one => Assert.Equal(one.Index <= Blocks - depth, devnet.HashAt(one.Index) == one.Item));
        devnet.Faults.Begin(Fault.Of(EvmFaultKinds.ChainRollsBack, amount: depth));
        await devnet.ProduceBlocksAsync(1, Token);
        Assert.Equal(Blocks + 1 - depth, devnet.Height);
        await devnet.ProduceBlocksAsync(3, Token);
        Assert.Equal(Blocks + 4 - depth, devnet.Height);
    }

    [Fact]
    public async Task Websockets_tell_of_heads_fall_silent_and_are_closed()
    {
        await using var world = await World.StartAsync(onSockets: true);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(world.Devnet.Nodes[0].Socket, Token);
        await SayAsync(socket, "no json");
        Assert.Equal(-32700, (await HearAsync(socket))["error"]!["code"]!.GetValue<int>());
        await SayAsync(socket, """{"jsonrpc":"2.0","id":"a","method":"eth_subscribe","params":["newHeads"]}""");
        Assert.Equal("0x1", (await HearAsync(socket))["result"]!.ToString());

        world.Devnet.Faults.Begin(Fault.Of(EvmFaultKinds.ChainReorganises, amount: 2));
        await world.Devnet.ProduceBlocksAsync(1, Token);
        foreach (var number in new[] { 79, 80, 81 })
        {
            var head = (await HearAsync(socket))["params"]!["result"]!;
            Assert.Equal(($"0x{number:x}", world.Devnet.HashAt(number)), (head["number"]!.ToString(), head["hash"]!.ToString()));
        }

        using (world.Wrong("rpc-silent-socket@node-1"))
        {
            await world.Devnet.ProduceBlocksAsync(3, Token);
        }

        using (world.Wrong("rpc-behind@node-1 amount=4"))
        {
            await world.Devnet.ProduceBlocksAsync(1, Token);
            Assert.Equal("0x51", (await HearAsync(socket))["params"]!["result"]!["number"]!.ToString());
        }

        await SayAsync(socket, """{"jsonrpc":"2.0","id":2,"method":"eth_blockNumber","params":[]}""");
        Assert.Equal("0x55", (await HearAsync(socket))["result"]!.ToString());
        using (world.Wrong("rpc-closes-socket@node-1"))
        {
            await Assert.ThrowsAsync<WebSocketException>(() => HearAsync(socket));
            using var next = new ClientWebSocket();
            await Assert.ThrowsAsync<WebSocketException>(() => next.ConnectAsync(world.Devnet.Nodes[0].Socket, Token));
        }

        using var last = new ClientWebSocket();
        await last.ConnectAsync(world.Devnet.Nodes[0].Socket, Token);
    }

    [Fact]
    public async Task A_client_reads_the_same_over_sockets_whatever_the_provider()
    {
        await using var world = await World.StartAsync(onSockets: true);
        string[] faults =
            ["rpc-log-blocks@node-1 amount=7", "rpc-batch-limit@node-1 amount=5", "rpc-shuffles@node-2", "rpc-log-limit@node-2 amount=90"];
        foreach (var fault in faults)
        {
            world.Wrong(fault);
        }

        var read = new List<string>();
        foreach (var node in world.Devnet.Nodes)
        {
            using var handler = new SocketsHttpHandler();
            await using var client = new EvmClient(
                new EvmOptions { Endpoints = [new EvmEndpointOptions(node.Url)] }, handler, TimeProvider.System, new Random(1),
                NullLoggerFactory.Instance);
            await client.ConnectAsync(Token);
            var logs = await client.LogsAsync(LogFilter.Of([]), 1, Blocks, Token);
            var headers = await client.HeadersAsync(1, Blocks, Token);
            read.Add(string.Join('\n', headers.Select(header => header.Hash.ToString())
                .Concat(logs.Select(log => $"{log.BlockHash} {log.Index} {Convert.ToHexString(log.Data.Span)}"))));
        }

        Assert.Single(read.Distinct());
    }

    private static EvmDevnet Devnet() => new(Options, TimeProvider.System);

    private static EvmDevnetOptions Options => new()
    {
        Nodes = 2,
        History = Blocks,
        MulticallFrom = 0,
        Uniswap = new UniswapOptions(),
    };

    private static string Picture(EvmNodeTerms terms) => string.Join(
        '\n', typeof(EvmNodeTerms).GetProperties().Select(property => $"{property.Name} {property.GetValue(terms)}"));

    private static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Token);

    private static async Task<JsonNode> HearAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 16];
        var received = await socket.ReceiveAsync(buffer, Token);
        return JsonNode.Parse(buffer.AsSpan(0, received.Count))!;
    }

    /// <summary>Two nodes over one of the two networks, asked by hand.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly HttpMessageInvoker _http;

        private World(EvmDevnet devnet, HttpMessageHandler network) => (Devnet, _http) = (devnet, new HttpMessageInvoker(network));

        public EvmDevnet Devnet { get; }

        public static async Task<World> StartAsync(bool onSockets)
        {
            var devnet = onSockets
                ? await EvmDevnet.StartAsync(Options, TimeProvider.System, NullLoggerFactory.Instance, Token)
                : EvmFaultTests.Devnet();
            return new World(devnet, onSockets ? new SocketsHttpHandler() : devnet.Network());
        }

        /// <summary>Until it is disposed.</summary>
        public IDisposable Wrong(string text)
        {
            Assert.Null(Fault.Parse(text, EvmFaultKinds.All, out var fault));
            Devnet.Faults.Begin(fault!);
            return new Ending(() => Devnet.Faults.End(fault!));
        }

        public Task<JsonElement> CallAsync(int node, string method, string parameters) =>
            EvmWire.CallAsync(_http, Devnet.Nodes[node - 1].Url, method, parameters);

        public async Task<IReadOnlyList<string>> LogsAsync(int node, string filter) =>
            [.. (await CallAsync(node, "eth_getLogs", filter)).EnumerateArray().Select(log => log.GetRawText())];

        public async Task<int> CodeAsync(string filter) =>
            (await CallAsync(1, "eth_getLogs", filter)).GetProperty("code").GetInt32();

        public Task<JsonElement> HeaderAsync(int node, int number) => CallAsync(node, "eth_getBlockByNumber", $"\"0x{number:x}\",false");

        public async Task<string> PostAsync(int node, string text) => (await SendAsync(node, text)).Text;

        public async Task<(HttpStatusCode Status, System.Net.Http.Headers.HttpResponseHeaders Headers, string Text)> SendAsync(
            int node, string text)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Devnet.Nodes[node - 1].Url)
            {
                Content = new StringContent(text, Encoding.UTF8, "application/json"),
            };
            using var reply = await _http.SendAsync(request, Token);
            return (reply.StatusCode, reply.Headers, await reply.Content.ReadAsStringAsync(Token));
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await Devnet.DisposeAsync();
        }
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
