using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Wire.Cosmos.Auth;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Devnet;

namespace Outpost.Tests.Devnet;

/// <summary>REST, gRPC and the faucet over real sockets, with plain clients.</summary>
public sealed class GatewayTests : IAsyncLifetime
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
            Topics = [TestChain.Topic],
        },
        TimeProvider.System, NullLoggerFactory.Instance, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _devnet.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Shows_an_account_before_and_after_its_first_transaction()
    {
        var path = $"cosmos/auth/v1beta1/accounts/{_alice.Address}";
        Assert.Equal(
            $$"""{"account":{"@type":"/cosmos.auth.v1beta1.BaseAccount","address":"{{_alice.Address}}","""
            + "\"pub_key\":null,\"account_number\":\"2\",\"sequence\":\"0\"}}",
            (await GetAsync(path)).Body.ToJsonString());
        _devnet.Node.Broadcast(_alice.Tx(_alice.Registration(1), new TxShape { Account = 2 }));
        await _devnet.ProduceBlocksAsync(1, Cancel);
        var account = (await GetAsync(path)).Body["account"]!;
        Assert.Equal("1", account["sequence"]!.ToString());
        Assert.Equal(Convert.ToBase64String(_alice.PublicKey), account["pub_key"]!["key"]!.ToString());
    }

    [Fact]
    public async Task Says_what_it_does_not_know_as_a_gateway_does()
    {
        var (status, body) = await GetAsync("emissions/v9/params");
        Assert.Equal(
            "501 {\"code\":12,\"message\":\"Not Implemented\",\"details\":[]}", $"{status} {body.ToJsonString()}");
        (status, body) = await GetAsync($"cosmos/auth/v1beta1/accounts/{new TestWallet("nobody").Address}");
        Assert.Equal("404 5", $"{status} {body["code"]}");
        (status, body) = await GetAsync("emissions/v10/topics/abc");
        Assert.Equal("400 3", $"{status} {body["code"]}");
        (status, body) = await GetAsync("cosmos/tx/v1beta1/txs/ABCD");
        Assert.Equal("404 tx not found: ABCD", $"{status} {body["message"]}");
        (status, body) = await GetAsync("cosmos/base/tendermint/v1beta1/blocks/77");
        Assert.Equal("400 3", $"{status} {body["code"]}");
    }

    [Fact]
    public async Task Prints_topics_prices_and_windows_with_names_and_texts()
    {
        await _devnet.ProduceBlocksAsync(2, Cancel);
        var topic = (await GetAsync("emissions/v10/topics/1")).Body["topic"]!;
        Assert.Equal(
            "3 12 False TOPIC_OUTPUT_ARITY_SINGLE",
            $"{topic["epoch_last_ended"]} {topic["epoch_length"]} {topic["allow_negative"]} {topic["output_arity"]}",
            ignoreCase: true);
        var price = (await GetAsync("feemarket/v1/gas_price/uallo")).Body;
        Assert.Equal("10.000000000000000000", price["price"]!["amount"]!.ToString());
        var status = (await GetAsync($"emissions/v10/worker_submission_window_status/1?address={_alice.Address}")).Body;
        Assert.Equal(
            """
            {"is_open":true,"current_nonce_block_height":"3","window_start_block":"3","window_end_block":"7",
            """
            + "\"next_window_start_block\":\"15\",\"next_window_end_block\":\"19\",\"is_registered\":true,"
            + "\"is_whitelisted\":true,\"is_topic_active\":true}",
            status.ToJsonString());
        var nonces = (await GetAsync("emissions/v10/unfulfilled_worker_nonces/1")).Body;
        Assert.Equal("""{"nonces":{"nonces":[{"block_height":"3"}]}}""", nonces.ToJsonString());
    }

    [Fact]
    public async Task Simulates_broadcasts_and_finds_by_rest()
    {
        await _devnet.ProduceBlocksAsync(2, Cancel);
        var bytes = Convert.ToBase64String(_alice.Tx(_alice.Payload(1, 3, "2.5"), new TxShape { Account = 2 }));
        var (_, simulated) = await PostAsync("cosmos/tx/v1beta1/simulate", new JsonObject { ["tx_bytes"] = bytes });
        Assert.InRange(long.Parse(simulated["gas_info"]!["gas_used"]!.ToString()), 100_000, 400_000);
        var (_, sent) = await PostAsync("cosmos/tx/v1beta1/txs", new JsonObject
        {
            ["tx_bytes"] = bytes,
            ["mode"] = "BROADCAST_MODE_SYNC",
        });
        var hash = sent["tx_response"]!["txhash"]!.ToString();
        Assert.Equal("0", sent["tx_response"]!["code"]!.ToString());
        var (_, again) = await PostAsync("cosmos/tx/v1beta1/txs", new JsonObject
        {
            ["tx_bytes"] = bytes,
            ["mode"] = "BROADCAST_MODE_SYNC",
        });
        Assert.Equal("19 sdk", $"{again["tx_response"]!["code"]} {again["tx_response"]!["codespace"]}");
        await _devnet.ProduceBlocksAsync(1, Cancel);
        var found = (await GetAsync($"cosmos/tx/v1beta1/txs/{hash}")).Body;
        Assert.Equal("4", found["tx_response"]!["height"]!.ToString());
        Assert.Equal(
            "/emissions.v10.InsertWorkerPayloadRequest", found["tx"]!["body"]!["messages"]![0]!["@type"]!.ToString());
        var (status, failed) = await PostAsync("cosmos/tx/v1beta1/simulate", new JsonObject { ["tx_bytes"] = bytes });
        Assert.Equal(500, status);
        Assert.StartsWith(
            "account sequence mismatch, expected 1, got 0", failed["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_gRPC_calls_with_frames_and_trailers()
    {
        var (status, _, body) = await CallAsync(
            "/cosmos.auth.v1beta1.Query/Account", new QueryAccountRequest { Address = _alice.Address });
        Assert.Equal("0", status);
        var account = BaseAccount.Parser.ParseFrom(QueryAccountResponse.Parser.ParseFrom(body).Account.Value);
        Assert.Equal(2UL, account.AccountNumber);
        var (unknown, text, _) = await CallAsync("/emissions.v9.QueryService/GetTopic", new GetTopicRequest());
        Assert.Equal("12 unknown service emissions.v9.QueryService", $"{unknown} {text}");
        var (missing, reason, _) = await CallAsync(
            "/emissions.v10.QueryService/GetTopic", new GetTopicRequest { TopicId = 9 });
        Assert.Equal("5 topic 9 not found", $"{missing} {reason}");
        var (empty, complaint, _) = await CallAsync("/cosmos.tx.v1beta1.Service/Simulate", new SimulateRequest());
        Assert.Equal("3 empty txBytes is not allowed", $"{empty} {complaint}");
    }

    [Fact]
    public async Task Gives_coins_within_its_limit()
    {
        var bob = new TestWallet("bob").Address;
        var (status, given) = await PostAsync("faucet", new JsonObject { ["address"] = bob, ["amount"] = "77" });
        Assert.Equal("200 77uallo 2", $"{status} {given["amount"]} {given["height"]}");
        await _devnet.ProduceBlocksAsync(1, Cancel);
        var balance = (await GetAsync($"cosmos/bank/v1beta1/balances/{bob}/by_denom?denom=uallo")).Body;
        Assert.Equal("""{"balance":{"denom":"uallo","amount":"77"}}""", balance.ToJsonString());
        Assert.Equal(400, (await GetAsync("faucet?address=cosmos1nonsense")).Status);
        Assert.Equal(400, (await GetAsync($"faucet?address={bob}&amount=99999999999999999999999")).Status);
    }

    private async Task<(int Status, JsonNode Body)> GetAsync(string path)
    {
        using var reply = await _http.GetAsync(new Uri(_devnet.Lcd, path), Cancel);
        return ((int)reply.StatusCode, (await reply.Content.ReadFromJsonAsync<JsonNode>(Cancel))!);
    }

    private async Task<(int Status, JsonNode Body)> PostAsync(string path, JsonObject body)
    {
        using var reply = await _http.PostAsJsonAsync(new Uri(_devnet.Lcd, path), body, Cancel);
        return ((int)reply.StatusCode, (await reply.Content.ReadFromJsonAsync<JsonNode>(Cancel))!);
    }

    private async Task<(string Status, string Text, byte[] Body)> CallAsync(string method, IMessage message)
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.CalculateSize());
        message.WriteTo(frame.AsSpan(5));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_devnet.Grpc, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var reply = await _http.SendAsync(request, Cancel);
        var body = await reply.Content.ReadAsByteArrayAsync(Cancel);
        var trailers = reply.TrailingHeaders.ToDictionary(pair => pair.Key, pair => pair.Value.First());
        return (
            trailers["grpc-status"], trailers.GetValueOrDefault("grpc-message", ""),
            body.Length > 5 ? body[5..] : []);
    }
}
