using System.Globalization;
using System.Numerics;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Wire;

namespace Outpost.Tests.Devnet;

/// <summary>How the devnet's network infers, against the formulas in binary floating point.</summary>
public sealed class SynthesisTests
{
    private const string A = "allo1a", B = "allo1b", C = "allo1c", F = "allo1f";

    [Fact]
    public void Weighs_inferers_and_a_forecaster_by_their_regrets()
    {
        var topic = Past(-1, -0.4, (A, 0.3), (B, -0.1), (C, -0.2));
        topic.Losses.ForecasterRegrets[F] = 0.2m;
        var bundle = Synthesis.Of(
            topic, 7, ["y"], [Inference(A, "1"), Inference(B, "2.5"), Inference(C, "-7")],
            [Forecast(F, (A, "-2"), (B, "-1.5"), (C, "1"))]);

        var implied = Mean([1, 2.5, -7], Weights(1, 0.5, -2));
        Assert.Equal(implied, Plain(bundle.ForecasterValues[0].Values[0].Value), 12);
        Assert.Equal(
            Mean([1, 2.5, -7, implied], Weights(0.3, -0.1, -0.2, 0.2)), Plain(bundle.CombinedValue[0].Value), 12);

        // No naive regrets are known: all start from the same, so it is the plain mean.
        Assert.Equal(-3.5 / 3, Plain(bundle.NaiveValue[0].Value), 12);
        var impliedWithoutA = Mean([2.5, -7], Weights(0.5, -2));
        Assert.Equal(A, bundle.OneOutInfererValues[0].WithheldInferer);
        Assert.Equal(
            Mean([2.5, -7, impliedWithoutA], Weights(-0.1, -0.2, 0.2)),
            Plain(bundle.OneOutInfererValues[0].CombinedInference[0].Value), 12);
        Assert.Equal(
            impliedWithoutA, Plain(bundle.OneOutInfererForecasterValues[0].CombinedInference[0].Value), 12);
        Assert.Equal(3, bundle.OneOutInfererForecasterValues.Count);
        Assert.Empty(bundle.OneInForecasterValues);
        Assert.Empty(bundle.OneOutForecasterValues);
    }

    [Fact]
    public void A_worker_without_a_past_starts_from_the_topics_regret_and_one_far_behind_has_no_weight()
    {
        var topic = Past(-1, -0.4, (A, 0.3), (B, -0.1));
        var bundle = Synthesis.Of(topic, 7, ["y"], [Inference(A, "1"), Inference(B, "2"), Inference(C, "4")], []);
        Assert.Equal(Mean([1, 2, 4], Weights(0.3, -0.1, -0.4)), Plain(bundle.CombinedValue[0].Value), 12);

        string[] workers = [.. Enumerable.Range(0, 49).Select(number => $"w{number}")];
        topic = Past(-1, -0.1, [.. workers.Select(worker => (worker, 1.0)), (C, -1e6)]);
        bundle = Synthesis.Of(topic, 7, ["y"], [.. workers.Select(worker => Inference(worker, "3")), Inference(C, "4")], []);
        Assert.Equal("3", bundle.CombinedValue[0].Value);
    }

    [Fact]
    public void All_are_equal_while_nobody_has_a_past_and_a_forecast_is_a_median()
    {
        var topic = Past(-1, 0);
        var bundle = Synthesis.Of(
            topic, 7, ["y"], [Inference(A, "1"), Inference(B, "2"), Inference(C, "6")],
            [Forecast(F, (A, "-2"), (C, "1"))]);
        Assert.Equal("3", bundle.CombinedValue[0].Value);
        Assert.Equal("3.5", bundle.ForecasterValues[0].Values[0].Value);
        Assert.Equal("4", bundle.OneOutInfererValues[0].CombinedInference[0].Value);
    }

    [Fact]
    public void A_pair_of_whom_nothing_is_left_is_left_out()
    {
        var topic = Past(-1, -0.4, (A, 0.3), (B, -0.1));
        var bundle = Synthesis.Of(
            topic, 7, ["y"], [Inference(A, "1"), Inference(B, "2")], [Forecast(F, (A, "-2"))]);
        Assert.Equal("1", bundle.ForecasterValues[0].Values[0].Value);
        Assert.Equal(B, Assert.Single(bundle.OneOutInfererForecasterValues).WithheldInferer);
    }

    [Theory]
    [InlineData("1E+40", "1E+40", "1E+40")]
    [InlineData("1E-40", "3E-40", "2E-40")]
    [InlineData("0.1", "0.2", "0.15")]
    [InlineData("-1", "1", "0")]
    [InlineData("0E-99999", "1", "0.5")]
    [InlineData("1", "1.000000000000000000000000000000003", "1.000000000000000000000000000000001")]
    [InlineData("-1", "-1.000000000000000000000000000000003", "-1.000000000000000000000000000000001")]
    public void Means_are_cut_to_34_digits(string left, string right, string mean)
    {
        var found = ExactDecimal.WeightedMean(
            [(BigInteger.One, ExactDecimal.Parse(left)), (BigInteger.One, ExactDecimal.Parse(right))], 2);
        Assert.Equal(0, found.CompareTo(ExactDecimal.Parse(mean)));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1E+40", 1e12)]
    [InlineData("-1E+12", -1e12)]
    [InlineData("-1.25", -1.25)]
    [InlineData("1E-16", 0)]
    [InlineData("0.0000000000000019", 1e-15)]
    [InlineData("999999999999.999999999999999999", 999999999999.999999)]
    public void Regrets_are_clamped_and_cut(string text, double expected) =>
        Assert.Equal(expected, (double)ExactDecimal.Parse(text).Clamped(), 1e-15 * Math.Abs(expected));

    [Fact]
    public void Shares_fall_with_the_score_and_never_vanish_by_scale()
    {
        var shares = Curves.Shares([5, 4.9m, -3, 5]);
        Assert.Equal([1m, 1m], [shares[0], shares[3]]);
        Assert.True(shares[1] < 1 && shares[2] < shares[1] && shares[2] > 0, string.Join(" ", shares));
        Assert.Equal([1m], Curves.Shares([-1_000_000_000_000m]));
    }

    private static TopicState Past(double network, double initial, params (string Worker, double Regret)[] regrets)
    {
        var topic = new TopicState(new TopicOptions { Id = new(1) });
        topic.Losses.Network = (decimal)network;
        topic.Losses.InitialRegret = (decimal)initial;
        foreach (var (worker, regret) in regrets)
        {
            topic.Losses.InfererRegrets[worker] = (decimal)regret;
        }

        return topic;
    }

    private static ActiveInference Inference(string inferer, string value) => new(inferer, [value], value, [], "");

    private static InputForecast Forecast(string forecaster, params (string Inferer, string Value)[] elements)
    {
        var forecast = new InputForecast { Forecaster = forecaster };
        forecast.ForecastElements.AddRange(elements.Select(element => new InputForecastElement
        {
            Inferer = element.Inferer,
            Value = element.Value,
        }));
        return forecast;
    }

    private static double Mean(double[] values, double[] weights) =>
        values.Zip(weights, (value, weight) => value * weight).Sum() / weights.Sum();

    /// <summary>The chain's gradient with p = 3, c = 0.75, epsilon = 0.01, written down a second time.</summary>
    private static double[] Weights(params double[] regrets)
    {
        var mean = regrets.Average();
        var deviation = Math.Sqrt(regrets.Average(regret => (regret - mean) * (regret - mean)));
        var normal = regrets.Select(regret => Math.Min(regret / (deviation + 0.01), 3)).ToArray();
        var shift = Math.Max(0, 0.75 - 2.75 - normal.Max());
        return [.. normal.Select(value => value + shift)
            .Select(value => value < 0.75 - 5.75 ? 0 : 3 / (Math.Exp(3 * (0.75 - value)) + 1))];
    }

    private static double Plain(string value) => double.Parse(value, CultureInfo.InvariantCulture);
}
