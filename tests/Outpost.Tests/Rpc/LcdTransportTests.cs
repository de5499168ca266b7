using System.Numerics;
using System.Text.Json;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Cosmos.Auth;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Feemarket;
using Outpost.Tests.Keys;

namespace Outpost.Tests.Rpc;

/// <summary>
/// Real replies of Allora's public gateway (tests/vectors/allora-replies.json), and faults of its kind.
/// </summary>
public sealed class LcdTransportTests
{
    [Fact]
    public async Task Reads_a_real_topic()
    {
        var reply = await Real().QueryAsync("/emissions.v9.QueryService/GetTopic", new GetTopicRequest { TopicId = 1 },
            GetTopicResponse.Parser, TestContext.Current.CancellationToken);

        Assert.Equal((1ul, "ETH 10min Prediction", 7038657L, 120L, 12L),
            (reply.Topic.Id, reply.Topic.Metadata, reply.Topic.EpochLastEnded, reply.Topic.EpochLength,
                reply.Topic.WorkerSubmissionWindow));
        Assert.Equal("1445546827603163674635785", reply.TopicStake);
    }

    [Fact]
    public async Task Reads_a_real_account_and_a_balance_beyond_64_bits()
    {
        var account = await Accounts.FindAsync(
            Real(), "allo1qqqz894m8dfx3qvdj648kjchfhq5y7yk993rvz", TestContext.Current.CancellationToken);
        var balance = await Accounts.BalanceAsync(
            Real(), "allo1lvdpcyf7jtdn45gradfmxzwqlapxa9zd3kr4pj", "uallo", TestContext.Current.CancellationToken);

        Assert.Equal((8400ul, 998ul), (account!.Number, account.Sequence));
        Assert.Equal(BigInteger.Parse("2972067113923661158792"), balance);
    }

    [Fact]
    public async Task Reads_the_head_from_the_block_that_the_public_gateway_gives()
    {
        var head = await Real().HeadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("allora-testnet-1", 7038753L, false), (head.ChainId, head.Height, head.IsSyncing));
        Assert.Equal(8_591_426, head.Time.Ticks % TimeSpan.TicksPerSecond);
    }

    [Fact]
    public async Task Reads_an_account_that_says_its_type()
    {
        var reply = await Canned(200, """
            {"account":{"@type":"/cosmos.auth.v1beta1.BaseAccount","address":"allo1x","pub_key":null,
             "account_number":"8400","sequence":"998"}}
            """).QueryAsync("/cosmos.auth.v1beta1.Query/Account", new QueryAccountRequest { Address = "allo1x" },
            QueryAccountResponse.Parser, TestContext.Current.CancellationToken);

        Assert.Equal(8400ul, reply.Account.Unpack<BaseAccount>().AccountNumber);
    }

    [Fact]
    public async Task Turns_the_decimal_price_into_its_protobuf_form()
    {
        var transport = Canned(200, """{"price":{"denom":"uallo","amount":"10.500000000000000000"}}""");

        var reply = await transport.QueryAsync("/feemarket.feemarket.v1.Query/GasPrice",
            new GasPriceRequest { Denom = "uallo" }, GasPriceResponse.Parser, TestContext.Current.CancellationToken);

        Assert.Equal("10500000000000000000", reply.Price.Amount);
    }

    [Theory]
    [InlineData("0.000000000000000001", "1")]
    [InlineData("250000000", "250000000000000000000000000")]
    [InlineData("-1.5", "-1500000000000000000")]
    public void Reads_decimals_exactly(string text, string expected) =>
        Assert.Equal(expected, LcdDecimals.ToInteger(text));

    [Theory]
    [InlineData("")]
    [InlineData("1.0000000000000000000")]
    [InlineData("ten")]
    public void Refuses_what_is_no_decimal(string text) =>
        Assert.Throws<FormatException>(() => LcdDecimals.ToInteger(text));

    [Fact]
    public async Task Finds_a_transaction_whose_messages_are_of_unknown_types()
    {
        var transport = Canned(200, """
            {"tx":{"body":{"messages":[{"@type":"/some.Unknown","x":1}]}},
             "tx_response":{"height":"42","txhash":"AB","codespace":"emissions","code":67,"raw_log":"late","logs":[],
              "gas_wanted":"250000","gas_used":"61000","tx":{"@type":"/cosmos.tx.v1beta1.Tx"},
              "timestamp":"2025-12-19T00:54:35Z",
              "events":[{"type":"tx","attributes":[{"key":"fee","value":"1","index":true}]}]}}
            """);

        var found = await transport.FindAsync("AB", TestContext.Current.CancellationToken);

        Assert.Equal((42L, "emissions", 67u, "late", 61000L),
            (found!.Height, found.Codespace, found.Code, found.RawLog, found.GasUsed));
        Assert.Equal("fee", Assert.Single(Assert.Single(found.Events).Attributes).Key);
    }

    [Fact]
    public async Task Reads_the_gas_of_a_simulation_whose_answers_are_of_unknown_types()
    {
        var gas = await GasSimulation.GasAsync(Canned(200, """
            {"gas_info":{"gas_wanted":"300000","gas_used":"123390"},
             "result":{"data":"AA==","log":"","events":[],
              "msg_responses":[{"@type":"/emissions.v10.RegisterResponse","success":true,"message":"ok"}]}}
            """), new byte[] { 1 }, TestContext.Current.CancellationToken);

        Assert.Equal(123390ul, gas);
    }

    [Fact]
    public async Task Posts_the_transaction_with_the_fields_that_the_gateway_wants()
    {
        var sent = "";
        var transport = Over(request =>
        {
            sent = $"{request.Method} {request.RequestUri!.PathAndQuery} "
                + request.Content!.ReadAsStringAsync().GetAwaiter().GetResult();
            return CannedNetwork.Json(200, """{"tx_response":{"height":"0","txhash":"AB","code":0}}""");
        });

        var reply = await transport.BroadcastAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);

        Assert.Equal(0u, reply.Code);
        Assert.StartsWith("POST /cosmos/tx/v1beta1/txs ", sent, StringComparison.Ordinal);
        using var body = JsonDocument.Parse(sent[sent.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal("AQID", body.RootElement.GetProperty("tx_bytes").GetString());
        Assert.Equal("BROADCAST_MODE_SYNC", body.RootElement.GetProperty("mode").GetString());
    }

    [Fact]
    public void Puts_fields_that_the_path_does_not_name_into_the_query()
    {
        var call = LcdPaths.Find("/emissions.v10.QueryService/GetWorkerSubmissionWindowStatus",
            new GetWorkerSubmissionWindowStatusRequest { TopicId = 7, Address = "allo1 x" })!;
        var found = LcdPaths.Find("/cosmos.tx.v1beta1.Service/GetTx", new GetTxRequest { Hash = "AB" })!;

        Assert.Equal("/emissions/v10/worker_submission_window_status/7?address=allo1%20x", call.Path);
        Assert.Equal("/cosmos/tx/v1beta1/txs/AB", found.Path);
    }

    [Theory]
    [InlineData(501, """{"code":12,"message":"Not Implemented","details":[]}""", ChainFault.UnknownPath)]
    [InlineData(404, """{"code":5,"message":"account not found","details":[]}""", ChainFault.NotFound)]
    [InlineData(500, """{"code":2,"message":"height 1000 is not available, lowest height is 6888754","details":[]}""",
        ChainFault.NotFound)]
    [InlineData(500, """{"code":2,"message":"account sequence mismatch, expected 2, got 1","details":[]}""",
        ChainFault.Refused)]
    [InlineData(500, """{"code":13,"message":"panic","details":[]}""", ChainFault.BadReply)]
    [InlineData(503, """{"code":14,"message":"down","details":[]}""", ChainFault.Unreachable)]
    [InlineData(429, """{"code":8,"message":"slow","details":[]}""", ChainFault.RateLimited)]
    [InlineData(502, "<html>bad gateway</html>", ChainFault.Unreachable)]
    [InlineData(404, "<html>nothing here</html>", ChainFault.BadReply)]
    [InlineData(200, "<html>hello</html>", ChainFault.BadReply)]
    [InlineData(200, """{"topic":7}""", ChainFault.BadReply)]
    public async Task Tells_faults_apart(int status, string body, ChainFault expected)
    {
        var fault = await Assert.ThrowsAsync<ChainException>(() => Canned(status, body).QueryAsync(
            "/emissions.v10.QueryService/GetTopic", new GetTopicRequest { TopicId = 1 }, GetTopicResponse.Parser,
            TestContext.Current.CancellationToken));

        Assert.Equal(expected, fault.Fault);
    }

    private static LcdTransport Real()
    {
        var replies = VectorFile.Read("allora-replies.json").GetProperty("lcd").EnumerateArray().ToDictionary(
            reply => reply.Text("path"),
            reply => (Status: reply.GetProperty("status").GetInt32(), Body: reply.GetProperty("body").GetRawText()));
        replies["/cosmos/base/tendermint/v1beta1/syncing"] = (200, """{"syncing":false}""");
        return Over(request => replies.TryGetValue(request.RequestUri!.PathAndQuery, out var reply)
            ? CannedNetwork.Json(reply.Status, reply.Body)
            : CannedNetwork.Json(501, """{"code":12,"message":"Not Implemented","details":[]}"""));
    }

    private static LcdTransport Canned(int status, string body) => Over(_ => CannedNetwork.Json(status, body));

    private static LcdTransport Over(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(
        new HttpCalls(new HttpMessageInvoker(new CannedNetwork(answer)), TimeProvider.System, TimeSpan.FromSeconds(5)),
        new Uri("https://gateway.test/"));
}
