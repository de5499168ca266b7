using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet;

namespace Outpost.Tests.Devnet;

/// <summary>What the emissions module asks of a forecast, of labels that sum to one, and of a full set of reputers.</summary>
public sealed class ForecastPayloadTests
{
    private readonly TestChain _chain = new();

    [Theory]
    [InlineData("another topic", "sdk 18")]
    [InlineData("another nonce", "sdk 18")]
    [InlineData("another forecaster", "sdk 4")]
    [InlineData("no topic", "sdk 18")]
    [InlineData("no element", "sdk 18")]
    [InlineData("no address", "sdk 7")]
    [InlineData("a decimal that the chain writes otherwise", "sdk 4")]
    public void Refuses_a_forecast_that_is_signed_so(string fault, string pair)
    {
        _chain.ProduceUntil(3);
        var result = _chain.Deliver(Payload(forecast =>
        {
            Action spoil = fault switch
            {
                "another topic" => () => forecast.TopicId = 2,
                "another nonce" => () => forecast.BlockHeight = 4,
                "another forecaster" => () => forecast.Forecaster = _chain.Bob.Address,
                "no topic" => () => forecast.TopicId = 0,
                "no element" => forecast.ForecastElements.Clear,
                "no address" => () => forecast.ForecastElements[0].Inferer = "i1",
                _ => () => forecast.ForecastElements[0].Value = "1e1",
            };
            spoil();
        }));
        Assert.Equal(pair, TestChain.Pair(result));
    }

    [Fact]
    public void Cannot_even_read_a_forecast_out_of_bounds() => Assert.Equal(
        "sdk 2", TestChain.Pair(_chain.Check(Payload(forecast => forecast.ForecastElements[0].Value = "1E+41"))));

    [Fact]
    public void Refuses_a_second_forecast_with_a_plain_error()
    {
        _chain.ProduceUntil(3);
        Assert.Equal("", _chain.Deliver(Payload(_ => { })).Log);
        var second = _chain.Deliver(Payload(_ => { }));
        Assert.Equal("undefined 1", TestChain.Pair(second));
        Assert.EndsWith("forecast already submitted", second.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_each_inferer_once_and_only_the_best()
    {
        var chain = new TestChain(options => options with { Limits = new() { MaxElementsPerForecast = 2 } });
        chain.ProduceUntil(3);
        var (best, next, last) = (new TestWallet("best").Address, new TestWallet("next").Address, chain.Bob.Address);
        var scores = chain.Chain.Emissions.Topics[1].Scores;
        (scores[best], scores[next], scores[last]) = (new(3, 0), new(2, 0), new(1, 0));
        var result = chain.Deliver(Payload(forecast =>
        {
            forecast.ForecastElements.Clear();
            foreach (var (inferer, value) in ((string, string)[])[(last, "1"), (next, "2"), (best, "3"), (best, "4")])
            {
                forecast.ForecastElements.Add(new InputForecastElement { Inferer = inferer, Value = value });
            }
        }));

        var inserted = Assert.Single(result.Events, item => item.Type.EndsWith("ForecasterPayload", StringComparison.Ordinal));
        Assert.Equal("[\"3\",\"2\"]", inserted.Attributes.Single(item => item.Key == "inferer_values").Value);
    }

    [Fact]
    public void A_forecast_counts_only_for_inferers_who_got_in()
    {
        _chain.ProduceUntil(3);
        _chain.Deliver(Payload(forecast => forecast.ForecastElements.Add(
            new InputForecastElement { Inferer = _chain.Bob.Address, Value = "2" })));
        _chain.Deliver(_chain.Alice.Payload(1, 3, "1.5"));
        _chain.ProduceUntil(7);

        var closed = _chain.Chain.Emissions.Topics[1].Closed[3];
        var element = Assert.Single(Assert.Single(closed.Forecasts).ForecastElements);
        Assert.Equal((_chain.Alice.Address, "-1.5"), (element.Inferer, element.Value));
    }

    [Theory]
    [InlineData("0.3", "0.7", " 0")]
    [InlineData("0.3", "0.709", " 0")]
    [InlineData("0.3", "0.711", "sdk 18")]
    [InlineData("-0.3", "1.2", "sdk 18")]
    public void Labeled_values_sum_to_one_where_the_topic_wants_it(string up, string down, string pair)
    {
        var chain = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with { IsMulti = true, RequiresUnity = true }],
        });
        chain.ProduceUntil(3);
        var result = chain.Deliver(chain.Alice.Payload(1, 3, "0", bundle => bundle.Inference.Values.Add(
            [new InputLabeledValue { Label = "up", Value = up }, new InputLabeledValue { Label = "down", Value = down }])));
        Assert.Equal(pair, TestChain.Pair(result));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(-1, true)]
    public void A_full_set_of_reputers_takes_only_the_better_and_says_nothing(int score, bool isAdmitted)
    {
        var first = new TestWallet("first").Address;
        var chain = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with
            {
                Competitors = new(1, 0),
                RegisteredReputers = [new(new TestWallet("alice").Address, 10_000)],
            }],
            Limits = new() { MaxTopReputers = 1 },
        });
        chain.ProduceUntil(14);
        var losses = chain.Chain.Emissions.Topics[1].Losses;
        losses.Open[3][first] = new();
        losses.Scores[first] = new(score, 0);

        var result = chain.Deliver(chain.Alice.Losses(1, 3, "1.5"));

        Assert.Equal(" 0", TestChain.Pair(result));
        Assert.Equal(isAdmitted ? chain.Alice.Address : first, Assert.Single(losses.Open[3]).Key);
        var admitted = new PayloadName(new TopicId(1), new(3), chain.Alice.Address) { Role = ActorRole.Reputer };
        Assert.Equal(
            isAdmitted ? [admitted] : [], Outpost.Devnet.Allora.EventReader.Admissions(result.Events));
    }

    private InsertWorkerPayloadRequest Payload(Action<InputForecast> edit) =>
        _chain.Alice.Payload(1, 3, "0", bundle =>
        {
            bundle.Inference = null;
            bundle.Forecast = new InputForecast
            {
                TopicId = 1,
                BlockHeight = 3,
                Forecaster = _chain.Alice.Address,
                ForecastElements = { new InputForecastElement { Inferer = _chain.Alice.Address, Value = "-1.5" } },
            };
            edit(bundle.Forecast);
        });
}
