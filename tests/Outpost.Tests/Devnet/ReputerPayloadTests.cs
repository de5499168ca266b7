using System.Numerics;
using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Emissions.V9;
using Outpost.Devnet;

namespace Outpost.Tests.Devnet;

/// <summary>What the emissions module asks of a reputer's payload and of a stake, in its order.</summary>
public sealed class ReputerPayloadTests
{
    private static readonly TestWallet Alice = new("alice");

    private static TopicOptions Topic => TestChain.Topic with
    {
        RegisteredReputers = [new GenesisReputer(Alice.Address, 10_000)],
    };

    [Fact]
    public void Takes_good_losses_and_says_so()
    {
        var result = At(15).Deliver(Alice.Losses(1, 3, "-1.5E-7"));

        Assert.Equal("", result.Log);
        var inserted = Assert.Single(result.Events, item => item.Type == "emissions.v10.EventInsertReputerPayload");
        Assert.Equal(
            ["bundle", "nonce=\"3\"", $"reputer=\"{Alice.Address}\"", "topic_id=\"1\"", "msg_index=0"],
            inserted.Attributes.Select(item => item.Key == "bundle" ? item.Key : $"{item.Key}={item.Value}"));
        Assert.StartsWith(
            "{\"extra_data\":null,\"combined_value\":\"-0.00000015\",\"naive_value\":\"-0.00000015\","
            + $"\"inferer_addresses\":[\"{Alice.Address}\"]",
            inserted.Attributes.Single(item => item.Key == "bundle").Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no bundle", "sdk 18")]
    [InlineData("no values", "sdk 18")]
    [InlineData("key in base64", "sdk 18")]
    [InlineData("key of another", "sdk 4")]
    [InlineData("no signature", "sdk 18")]
    [InlineData("changed after signing", "sdk 18")]
    [InlineData("no reputer", "sdk 7")]
    [InlineData("sender of another chain", "sdk 7")]
    public void Refuses_a_bundle_that_is_spoiled_after_signing(string fault, string pair)
    {
        var request = Alice.Losses(1, 3, "1.5");
        var signed = request.ReputerValueBundle;
        Action spoil = fault switch
        {
            "no bundle" => () => request.ReputerValueBundle = null,
            "no values" => () => signed.ValueBundle = null,
            "key in base64" => () => signed.Pubkey = Convert.ToBase64String(Alice.PublicKey),
            "key of another" => () => signed.Pubkey = Convert.ToHexStringLower(new TestWallet("bob").PublicKey),
            "no signature" => () => signed.Signature = ByteString.Empty,
            "changed after signing" => () => signed.ValueBundle.CombinedValue = "1.6",
            "no reputer" => () => signed.ValueBundle.Reputer = "",
            _ => () => request.Sender = "cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a",
        };
        spoil();
        if (pair == "sdk 7" && fault != "no reputer")
        {
            // The ante steps look at the sender first.
            Assert.Equal(pair, TestChain.Pair(At(15).Check(request)));
            return;
        }

        var result = At(15).Deliver(request);
        Assert.Equal(pair, TestChain.Pair(result));
        Assert.StartsWith("failed to execute message; message index: 0: ", result.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topic 0", "sdk 18", "topic id cannot be zero")]
    [InlineData("no nonce", "sdk 18", "reputer request nonce cannot be nil")]
    [InlineData("nonce 0", "sdk 18", "reputer nonce must be positive")]
    [InlineData("no inferers", "sdk 18", "inferer values cannot be empty")]
    [InlineData("bad inferer", "sdk 7", "invalid worker address")]
    [InlineData("bad withheld worker", "sdk 7", "invalid worker address")]
    [InlineData("pair without inferers", "sdk 18", "one out inferer values of a forecaster cannot be nil")]
    [InlineData("unknown topic", "emissions 6", "invalid topic ID")]
    [InlineData("decimal that the chain writes otherwise", "sdk 18", "signature verification failed")]
    public void Refuses_a_bundle_that_is_signed_so(string fault, string pair, string text)
    {
        var result = At(15).Deliver(Alice.Losses(1, 3, "1.5", bundle =>
        {
            Action spoil = fault switch
            {
                "topic 0" => () => bundle.TopicId = 0,
                "no nonce" => () => bundle.ReputerRequestNonce = null,
                "nonce 0" => () => bundle.ReputerRequestNonce.ReputerNonce.BlockHeight = 0,
                "no inferers" => bundle.InfererValues.Clear,
                "bad inferer" => () => bundle.InfererValues[0].Worker = "allo1nobody",
                "bad withheld worker" => () => bundle.OneOutForecasterValues.Add(
                    new InputWithheldWorkerAttributedValue { Worker = "me", Value = "1" }),
                "pair without inferers" => () => bundle.OneOutInfererForecasterValues.Add(
                    new InputOneOutInfererForecasterValues { Forecaster = Alice.Address }),
                "unknown topic" => () => bundle.TopicId = 9,
                _ => () => bundle.NaiveValue = "1e1",
            };
            spoil();
        }));

        Assert.Equal(pair, TestChain.Pair(result));
        Assert.Contains(text, result.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e-41")]
    [InlineData("NaN")]
    [InlineData("1E+41")]
    public void Cannot_even_read_a_loss_out_of_bounds(string value) =>
        Assert.Equal("sdk 2", TestChain.Pair(At(15).Check(Alice.Losses(1, 3, value))));

    [Theory]
    [InlineData(5, "emissions 45", "nonce still unfulfilled")]
    [InlineData(14, "emissions 68", "Reputer window not open for topic: 1, current block 14, start window: 15")]
    [InlineData(15, " 0", "")]
    [InlineData(27, " 0", "")]
    [InlineData(28, "emissions 75", "unfulfilled nonce not found")]
    public void Takes_the_losses_of_nonce_3_in_blocks_15_to_27_only(long block, string pair, string text)
    {
        var result = At(block).Deliver(Alice.Losses(1, 3, "1.5"));
        Assert.Equal(pair, TestChain.Pair(result));
        Assert.Contains(text, result.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Knows_no_losses_of_a_nonce_that_nobody_answered() =>
        Assert.Equal("emissions 75", TestChain.Pair(At(27).Deliver(Alice.Losses(1, 15, "1.5"))));

    [Fact]
    public void Asks_for_permission_then_registration_then_stake()
    {
        var closed = At(15, Topic with { ReputerWhitelist = [] });
        Assert.Equal("emissions 84", TestChain.Pair(closed.Deliver(Alice.Losses(1, 3, "1.5"))));
        Assert.Equal("emissions 90", TestChain.Pair(closed.Deliver(Alice.Stake(1, "5"))));

        var open = At(15, Topic with { RegisteredReputers = [] });
        Assert.Equal("emissions 13", TestChain.Pair(open.Deliver(Alice.Losses(1, 3, "1.5"))));
        Assert.Equal("emissions 10", TestChain.Pair(open.Deliver(Alice.Stake(1, "5"))));
        Assert.Equal("", open.Deliver(Alice.Registration(1, isReputer: true)).Log);
        var poor = open.Deliver(Alice.Losses(1, 3, "1.5"));
        Assert.Equal("emissions 11", TestChain.Pair(poor));
        Assert.EndsWith("has 0 of 10000uallo: insufficient stake", poor.Log, StringComparison.Ordinal);
        Assert.Equal("", open.Deliver(Alice.Stake(1, "9999")).Log);
        Assert.Equal("emissions 11", TestChain.Pair(open.Deliver(Alice.Losses(1, 3, "1.5"))));
        Assert.Equal("", open.Deliver(Alice.Stake(1, "1")).Log);
        Assert.Equal("", open.Deliver(Alice.Losses(1, 3, "1.5")).Log);
    }

    [Theory]
    [InlineData("0", 1ul, "emissions 51")]
    [InlineData("-1", 1ul, "emissions 51")]
    [InlineData("5", 9ul, "emissions 23")]
    [InlineData("1000000000000000000000000", 1ul, "sdk 5")]
    public void Refuses_a_stake_that_is_none(string amount, ulong topic, string pair) =>
        Assert.Equal(pair, TestChain.Pair(At(15).Deliver(Alice.Stake(topic, amount))));

    [Fact]
    public void Cannot_read_a_stake_that_is_no_integer() =>
        Assert.Equal("sdk 2", TestChain.Pair(At(15).Check(Alice.Stake(1, "1.5"))));

    [Fact]
    public void Takes_a_stake_in_exact_coins_and_gives_it_back_when_its_transaction_fails()
    {
        var chain = At(15);
        var before = chain.Chain.Accounts.BalanceOf(Alice.Address);
        Assert.Equal("", chain.Deliver(Alice.Stake(1, "1000000000000000001")).Log);
        var spent = before - chain.Chain.Accounts.BalanceOf(Alice.Address);
        Assert.Equal(BigInteger.Pow(10, 18) + 1 + 4_000_000, spent);

        var shape = chain.Shape();
        var both = Alice.Tx(
            [
                (shape.TypeUrl(Alice.Stake(1, "7")), Alice.Stake(1, "7").ToByteString()),
                (shape.TypeUrl(Alice.Stake(9, "7")), Alice.Stake(9, "7").ToByteString()),
            ], shape);
        Assert.Equal(0u, chain.Check(both).Code);
        Assert.Equal("emissions 23", TestChain.Pair(Assert.Single(chain.Produce(1).Transactions).Result));
        Assert.Equal(
            BigInteger.Pow(10, 18) + 10_001, chain.Chain.Emissions.Topics[1].Losses.Stakes[Alice.Address]);
    }

    [Fact]
    public void Takes_globally_whitelisted_reputers()
    {
        var chain = new TestChain(options => options with
        {
            Topics = [Topic with { ReputerWhitelist = [] }],
            Limits = new() { GlobalReputers = [Alice.Address] },
        });
        Answer(chain);
        chain.ProduceUntil(14);
        Assert.Equal("", chain.Deliver(Alice.Losses(1, 3, "1.5")).Log);
    }

    [Fact]
    public void Refuses_losses_that_are_too_long_and_a_sender_who_cannot_pay()
    {
        var chain = new TestChain(options => options with
        {
            Topics = [Topic],
            Limits = new() { MaxSerializedLength = 200 },
        });
        Answer(chain);
        chain.ProduceUntil(14);
        Assert.Equal("emissions 53", TestChain.Pair(chain.Deliver(Alice.Losses(1, 3, "1.5"))));

        var dear = new TestChain(options => options with
        {
            Topics = [Topic with { Competitors = new(1, 0) }],
            Limits = new() { DataSendingFee = 1_000_000_000 },
            Balances = new Dictionary<string, BigInteger> { [Alice.Address] = 4_000_001 },
        });
        dear.ProduceUntil(14);
        Assert.Equal("emissions 73", TestChain.Pair(dear.Deliver(Alice.Losses(1, 3, "1.5"))));
    }

    [Fact]
    public void Refuses_second_losses_with_a_plain_error_and_names_both()
    {
        var chain = At(15);
        Assert.Equal("", chain.Deliver(Alice.Losses(1, 3, "1.5")).Log);
        var second = chain.Deliver(Alice.Losses(1, 3, "2.5"));

        Assert.Equal("undefined 1", TestChain.Pair(second));
        Assert.EndsWith("reputer loss already submitted", second.Log, StringComparison.Ordinal);
        var twice = Assert.Single(chain.Node.Observer.Duplicates);
        Assert.Equal((ActorRole.Reputer, Alice.Address, 2), (twice.Key.Role, twice.Key.Worker, twice.Value));
    }

    [Fact]
    public void Speaks_v9_as_well()
    {
        var chain = new TestChain(options => options with { Topics = [Topic], Version = EmissionsVersion.V9 });
        Answer(chain);
        chain.ProduceUntil(14);
        var result = chain.Deliver(Alice.Losses(1, 3, "1.5"));
        Assert.Equal("", result.Log);
        Assert.Contains(result.Events, item => item.Type == "emissions.v9.EventInsertReputerPayload");
        Assert.Equal("", chain.Deliver(Alice.Stake(1, "5")).Log);
    }

    [Fact]
    public void Names_an_inference_and_a_forecast_apart()
    {
        var chain = new TestChain();
        chain.ProduceUntil(3);
        chain.Deliver(Alice.Payload(1, 3, "1.5", bundle => bundle.Forecast = new Outpost.Chains.Wire.Emissions.V10.InputForecast
        {
            TopicId = 1,
            BlockHeight = 3,
            Forecaster = Alice.Address,
            ForecastElements = { new Outpost.Chains.Wire.Emissions.V10.InputForecastElement { Inferer = Alice.Address, Value = "-2" } },
        }));
        var delivered = Assert.Single(chain.Chain.Store.Latest!.Transactions);

        Assert.Equal(
            [ActorRole.Inferer, ActorRole.Forecaster], delivered.Tx!.Payloads.Select(name => name.Role));
        Assert.Single(chain.Node.Observer.Admitted);
    }

    /// <summary>A chain whose nonce 3 has Alice's inference, so that its next block is this one.</summary>
    private static TestChain At(long block, TopicOptions? topic = null)
    {
        var chain = new TestChain(options => options with { Topics = [topic ?? Topic] });
        Answer(chain);
        chain.ProduceUntil(block - 1);
        return chain;
    }

    private static void Answer(TestChain chain)
    {
        chain.ProduceUntil(3);
        chain.Deliver(Alice.Payload(1, 3, "1.5"));
    }
}
