using System.Globalization;
using Google.Protobuf;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet.Blocks;

namespace Outpost.Tests.Devnet;

/// <summary>What the emissions module asks of a worker's payload, in its order.</summary>
public sealed class PayloadTests
{
    private readonly TestChain _chain = new();

    [Fact]
    public void Admits_a_good_payload_and_says_so()
    {
        var result = Delivered(_ => { });
        Assert.Equal("", result.Log);
        var inserted = Assert.Single(
            result.Events, item => item.Type == "emissions.v10.EventInsertInfererPayload");
        Assert.Equal(
            [
                "extra_data=null", $"inferer=\"{_chain.Alice.Address}\"", "nonce=\"3\"", "topic_id=\"1\"",
                "value=\"1.5\"", "values=[]", "msg_index=0",
            ],
            inserted.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"));
    }

    [Theory]
    [InlineData("no bundle", "sdk 18")]
    [InlineData("no nonce", "sdk 18")]
    [InlineData("no worker", "sdk 7")]
    [InlineData("no key", "sdk 18")]
    [InlineData("no signature", "sdk 18")]
    [InlineData("no payload", "sdk 18")]
    [InlineData("empty payload", "sdk 18")]
    [InlineData("key in base64", "sdk 18")]
    [InlineData("inference of another topic", "sdk 18")]
    [InlineData("inference of another nonce", "sdk 18")]
    [InlineData("inference of another worker", "sdk 4")]
    [InlineData("key of another worker", "sdk 4")]
    [InlineData("changed after signing", "sdk 4")]
    [InlineData("worker of another chain", "sdk 7")]
    public void Refuses_a_malformed_bundle(string fault, string pair)
    {
        var result = Delivered(request => Spoil(request, fault));
        Assert.Equal(pair, TestChain.Pair(result));
        Assert.StartsWith("failed to execute message; message index: 0: ", result.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.00000015")]
    [InlineData("1e1")]
    [InlineData("+1.5")]
    [InlineData("01.5")]
    [InlineData("")]
    public void Verifies_over_its_own_encoding_so_uncanonical_decimals_fail(string value)
    {
        _chain.ProduceUntil(3);
        var result = _chain.Deliver(_chain.Alice.Payload(1, 3, value));
        Assert.Equal("sdk 4", TestChain.Pair(result));
        Assert.EndsWith("signature verification failed: unauthorized", result.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.5E-7")]
    [InlineData("1E+1")]
    [InlineData("-0.0")]
    public void Takes_canonical_decimals_of_every_form(string value)
    {
        _chain.ProduceUntil(3);
        Assert.Equal("", _chain.Deliver(_chain.Alice.Payload(1, 3, value)).Log);
    }

    [Theory]
    [InlineData(2, "emissions 75")]
    [InlineData(3, "emissions 75")]
    [InlineData(4, "")]
    [InlineData(7, "")]
    [InlineData(8, "emissions 75")]
    public void Takes_the_payload_of_nonce_3_in_blocks_4_to_7_only(long block, string pair)
    {
        _chain.ProduceUntil(block - 1);
        var result = _chain.Deliver(_chain.Alice.Payload(1, 3, "1.5"));
        Assert.Equal(pair.Length == 0 ? " 0" : pair, TestChain.Pair(result));
    }

    [Fact]
    public void Names_the_borders_of_a_window_that_is_over_but_not_closed()
    {
        _chain.ProduceUntil(8);
        // A nonce that closing has not reached yet: only a chain with a backlog has one.
        _chain.Chain.Emissions.Topics[1].WorkerNonces.Add(3);
        var result = _chain.Deliver(_chain.Alice.Payload(1, 3, "1.5"));
        Assert.Equal("emissions 67", TestChain.Pair(result));
        Assert.Contains(
            "Worker window not open for topic: 1, current block 9, start window: 3, end window: 7", result.Log,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Knows_permission_before_form_before_topic_before_registration()
    {
        var closed = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with { WorkerWhitelist = [_chain.Bob.Address], RegisteredWorkers = [] }],
        });
        closed.ProduceUntil(3);
        var payload = closed.Alice.Payload(1, 3, "1.5");
        payload.WorkerDataBundle.InferencesForecastsBundleSignature = ByteString.Empty;
        Assert.Equal("emissions 83", TestChain.Pair(closed.Deliver(payload)));
        Assert.Equal("emissions 6", TestChain.Pair(closed.Deliver(closed.Alice.Payload(7, 3, "1.5"))));
        var open = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with { RegisteredWorkers = [] }],
        });
        open.ProduceUntil(3);
        Assert.Equal("emissions 13", TestChain.Pair(open.Deliver(open.Alice.Payload(1, 3, "1.5"))));
        Assert.Equal("", open.Deliver(open.Alice.Registration(1)).Log);
        Assert.Equal("", open.Deliver(open.Alice.Payload(1, 3, "1.5")).Log);
        Assert.Equal("emissions 8", TestChain.Pair(open.Deliver(open.Alice.Registration(1))));
    }

    [Fact]
    public void Takes_whitelisted_and_globally_whitelisted_workers()
    {
        foreach (var isGlobal in (bool[])[true, false])
        {
            var chain = new TestChain(options => options with
            {
                Topics = [TestChain.Topic with { WorkerWhitelist = isGlobal ? [] : [_chain.Alice.Address] }],
                Limits = new() { GlobalWorkers = isGlobal ? [_chain.Alice.Address] : [] },
            });
            chain.ProduceUntil(3);
            Assert.Equal("", chain.Deliver(chain.Alice.Payload(1, 3, "1.5")).Log);
        }
    }

    [Fact]
    public void Refuses_a_sender_that_cannot_pay_the_data_fee()
    {
        var chain = new TestChain(options => options with { Limits = new() { DataSendingFee = 1_000_000_000 } });
        var poor = new TestChain(options => chain.Chain.Options with
        {
            Balances = new Dictionary<string, System.Numerics.BigInteger> { [_chain.Alice.Address] = 4_000_001 },
        });
        poor.ProduceUntil(3);
        Assert.Equal("emissions 73", TestChain.Pair(poor.Deliver(poor.Alice.Payload(1, 3, "1.5"))));
    }

    [Fact]
    public void Refuses_a_second_payload_with_a_plain_error_and_keeps_the_first()
    {
        _chain.ProduceUntil(3);
        Assert.Equal("", _chain.Deliver(_chain.Alice.Payload(1, 3, "1.5")).Log);
        var second = _chain.Deliver(_chain.Alice.Payload(1, 3, "2.5"));
        Assert.Equal("undefined 1", TestChain.Pair(second));
        Assert.Equal("failed to execute message; message index: 0: inference already submitted", second.Log);
        _chain.ProduceUntil(7);
        var closed = _chain.Chain.Emissions.Topics[1].Closed[3];
        Assert.Equal("1.5", Assert.Single(closed.Inferences).Values[0]);
        Assert.Equal(["1.5"], closed.Combined);
        Assert.Equal(2, Assert.Single(_chain.Node.Observer.Duplicates).Value);
    }

    [Fact]
    public void Takes_a_payload_from_a_sender_that_is_not_the_worker()
    {
        var chain = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with { RegisteredWorkers = [_chain.Bob.Address] }],
        });
        chain.ProduceUntil(3);
        var payload = chain.Bob.Payload(1, 3, "1.5");
        payload.Sender = chain.Alice.Address;
        Assert.Equal("", chain.Deliver(payload).Log);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(-1, true)]
    public void Admits_by_score_when_the_set_is_full_and_is_silent_otherwise(int score, bool isAdmitted)
    {
        var chain = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with { Competitors = new(3, score) }],
            Limits = new() { MaxTopInferers = 3 },
        });
        chain.ProduceUntil(3);
        var result = chain.Deliver(chain.Alice.Payload(1, 3, "1.5"));
        Assert.Equal(" 0", TestChain.Pair(result));
        Assert.Equal(isAdmitted, result.Events.Any(item =>
            item.Type.EndsWith("EventInsertInfererPayload", StringComparison.Ordinal)));
        var again = chain.Deliver(chain.Alice.Payload(1, 3, "1.5"));
        Assert.Equal(isAdmitted ? "undefined 1" : "emissions 78", TestChain.Pair(again));
        chain.ProduceUntil(7);
        Assert.Equal(3, chain.Chain.Emissions.Topics[1].Closed[3].Inferences.Count);
    }

    [Fact]
    public void Takes_labels_of_a_multi_topic_and_refuses_others()
    {
        var chain = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with { IsMulti = true, Labels = ["up", "down"], MaxLabels = 2 }],
        });
        chain.ProduceUntil(3);
        Assert.Equal("emissions 97", TestChain.Pair(chain.Deliver(Labeled(chain, "sideways"))));
        Assert.Equal("emissions 95", TestChain.Pair(chain.Deliver(Labeled(chain, "up", "UP"))));
        var result = chain.Deliver(Labeled(chain, "Up", "down"));
        Assert.Equal("", result.Log);
        chain.ProduceUntil(7);
        Assert.Equal(["up", "down"], chain.Chain.Emissions.Topics[1].Closed[3].Labels);
    }

    [Fact]
    public void Takes_the_one_label_of_a_single_topic_only()
    {
        _chain.ProduceUntil(3);
        Assert.Equal("emissions 95", TestChain.Pair(_chain.Deliver(Labeled(_chain, "x"))));
        Assert.Equal("emissions 98", TestChain.Pair(_chain.Deliver(Labeled(_chain, "y", "x"))));
        Assert.Equal("", _chain.Deliver(Labeled(_chain, "y")).Log);
    }

    private static InsertWorkerPayloadRequest Labeled(TestChain chain, params string[] labels) =>
        chain.Alice.Payload(1, 3, "0", bundle => bundle.Inference.Values.AddRange(labels.Select((label, index) =>
            new InputLabeledValue { Label = label, Value = (index + 1).ToString(CultureInfo.InvariantCulture) })));

    private TxResult Delivered(Action<InsertWorkerPayloadRequest> spoil)
    {
        _chain.ProduceUntil(3);
        var request = _chain.Alice.Payload(1, 3, "1.5");
        spoil(request);
        return _chain.Deliver(request);
    }

    private void Spoil(InsertWorkerPayloadRequest request, string fault)
    {
        var bundle = request.WorkerDataBundle;
        var signed = bundle.InferenceForecastsBundle;
        Action act = fault switch
        {
            "no bundle" => () => request.WorkerDataBundle = null,
            "no nonce" => () => bundle.Nonce = null,
            "no worker" => () => bundle.Worker = "",
            "no key" => () => bundle.Pubkey = "",
            "no signature" => () => bundle.InferencesForecastsBundleSignature = ByteString.Empty,
            "no payload" => () => bundle.InferenceForecastsBundle = null,
            "empty payload" => () => bundle.InferenceForecastsBundle = new(),
            "key in base64" => () => bundle.Pubkey = Convert.ToBase64String(_chain.Alice.PublicKey),
            "inference of another topic" => () => signed.Inference.TopicId = 2,
            "inference of another nonce" => () => signed.Inference.BlockHeight = 4,
            "inference of another worker" => () => signed.Inference.Inferer = _chain.Bob.Address,
            "key of another worker" => () => bundle.Pubkey = Convert.ToHexStringLower(_chain.Bob.PublicKey),
            "changed after signing" => () => signed.Inference.Value = "1.6",
            _ => () => bundle.Worker = "cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a",
        };
        act();
    }
}
