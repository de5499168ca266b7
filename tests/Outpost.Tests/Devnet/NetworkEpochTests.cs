using System.Globalization;
using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Wire;

namespace Outpost.Tests.Devnet;

/// <summary>Whole epochs: inferences, forecasts and losses go in; network inferences, scores and pay come out.</summary>
public sealed class NetworkEpochTests
{
    private const double Truth = 100;
    private static readonly Dictionary<string, double> Values = new() { ["i1"] = 100.5, ["i2"] = 103, ["i3"] = 112 };
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EmissionsVersion.V10, EndpointKind.Rpc)]
    [InlineData(EmissionsVersion.V10, EndpointKind.Grpc)]
    [InlineData(EmissionsVersion.V10, EndpointKind.Lcd)]
    [InlineData(EmissionsVersion.V9, EndpointKind.Rpc)]
    public async Task A_full_epoch_pays_the_better_more(EmissionsVersion version, EndpointKind face)
    {
        await using var world = new NetworkWorld(version, face);
        await FirstLossAsync(world);
        await AnswerAsync(world, 27);
        await world.UntilAsync(38);
        var inferences = await world.InferencesAsync(27);
        Assert.Equal([3, 2, 3, 2, 2, 2], Counts(inferences.Values));
        Assert.All(inferences.Values.OneOutInfererForecasters, of => Assert.Equal(3, of.Value.Count));
        Assert.Equal(
            world.Address("f1"),
            inferences.Values.Forecasters.MinBy(of => NetworkWorld.Loss(Plain(of.Value), Truth))!.Worker);

        var before = Balances(world);
        var losses = NetworkWorld.LossesOf(inferences.Values, Truth);
        await world.SendAsync(
            world.Losses("r1", 27, losses), world.Losses("r2", 27, NetworkWorld.LossesOf(inferences.Values, Truth, 0.5)));
        await world.UntilAsync(51);

        // Without its best inferer the network is worse, without any of the others better. How much the others are
        // worth depends on the weight that they have, not on their error alone.
        var scores = await ScoresAsync(world, ActorRole.Inferer, 27);
        Assert.True(scores is { Count: 3 } && scores["i1"] > 0 && scores["i2"] < 0 && scores["i3"] < 0, string.Join(" ", scores));
        var forecasters = await ScoresAsync(world, ActorRole.Forecaster, 27);
        Assert.True(forecasters["f1"] > forecasters["f2"], $"{forecasters["f1"]} {forecasters["f2"]}");

        // r2 has a quarter of the stake, so the network's loss is an eighth above what r1 says.
        var network = (await world.Allora.Network.LossesAsync(NetworkWorld.Topic, new(27), Stop))!;
        Assert.Equal(0.125, Plain(network.Combined) - Plain(losses.Combined), 12);
        Assert.Equal(0.125, Plain(network.OneInForecasters[1].Value) - Plain(losses.OneInForecasters[1].Value), 12);
        var reputers = await ScoresAsync(world, ActorRole.Reputer, 27);
        Assert.Equal(1 / 0.135, reputers["r1"], 9);
        Assert.Equal(1 / 0.385, reputers["r2"], 9);

        var paid = world.PaidFor(27);
        Assert.Equal(["f1", "f2", "i1", "i2", "i3", "r1", "r2"], paid.Keys.Order(StringComparer.Ordinal));
        Assert.True(paid["i1"] > paid["i2"] && paid["i1"] > paid["i3"], string.Join(" ", paid));
        Assert.True(paid["f1"] > paid["f2"] && paid["r1"] > paid["r2"], string.Join(" ", paid));
        Assert.InRange(paid.Values.Aggregate(BigInteger.Add), 3 * BigInteger.Pow(10, 15) - 7, 3 * BigInteger.Pow(10, 15));
        foreach (var (name, amount) in paid)
        {
            var fee = name[0] == 'r' ? 10_000_010 : 0;
            Assert.Equal(before[name] + amount - fee, world.Devnet.BalanceOf(world.Address(name)));
        }
    }

    [Fact]
    public async Task Before_the_first_loss_the_network_is_a_median_that_can_be_reputed()
    {
        await using var world = new NetworkWorld();
        await AnswerAsync(world, 3);
        await world.UntilAsync(6);
        Assert.Null(await world.Allora.Network.InferencesAsync(NetworkWorld.Topic, new(3), Stop));
        Assert.Null(await world.Allora.Network.LatestInferencesAsync(NetworkWorld.Topic, Stop));
        await world.UntilAsync(14);

        var inferences = await world.InferencesAsync(3);
        Assert.Equal([new LabeledValue("y", NetworkWorld.Number(103))], inferences.Values.Combined);
        Assert.Equal([new LabeledValue("y", NetworkWorld.Number(0))], inferences.Values.Naive);
        Assert.Equal([3, 0, 0, 0, 0, 0], Counts(inferences.Values));
        var latest = (await world.Allora.Network.LatestInferencesAsync(NetworkWorld.Topic, Stop))!;
        Assert.Equal(inferences.Nonce, latest.Nonce);
        Assert.True(await world.Allora.Network.HasForecastAsync(NetworkWorld.Topic, new(3), world.Address("f1"), Stop));
        Assert.False(await world.Allora.Network.HasForecastAsync(NetworkWorld.Topic, new(3), world.Address("i1"), Stop));

        Assert.Null(await world.Allora.Network.LossesAsync(NetworkWorld.Topic, new(3), Stop));
        Assert.Null(await world.Allora.Network.ScoreAverageAsync(
            ActorRole.Inferer, NetworkWorld.Topic, world.Address("i1"), Stop));
        await world.SendAsync(world.Losses("r1", 3, NetworkWorld.LossesOf(inferences.Values, Truth)));
        await world.UntilAsync(27);

        Assert.True(await world.Allora.Reputers.HasLossesAsync(NetworkWorld.Topic, new(3), world.Address("r1"), Stop));
        Assert.False(await world.Allora.Reputers.HasLossesAsync(NetworkWorld.Topic, new(3), world.Address("r2"), Stop));
        var admitted = world.Witness.Blocks.SelectMany(block => block.Transactions).SelectMany(item => item.Admitted);
        Assert.Equal(
            ["i1 Inferer", "i2 Inferer", "i3 Inferer", "f1 Forecaster", "f2 Forecaster", "r1 Reputer"],
            admitted.Select(name => $"{world.NameOf(name.Worker)} {name.Role}"));
        var scores = await ScoresAsync(world, ActorRole.Inferer, 3);
        Assert.Equal(["i1", "i2", "i3"], scores.OrderByDescending(of => of.Value).Select(of => of.Key));
        var paid = world.PaidFor(3);
        Assert.Equal(["i1", "i2", "i3", "r1"], paid.Keys.Order(StringComparer.Ordinal));
        Assert.True(paid["i1"] > paid["i2"] && paid["i2"] > paid["i3"], string.Join(" ", paid));
        var average = (await world.Allora.Network.ScoreAverageAsync(
            ActorRole.Reputer, NetworkWorld.Topic, world.Address("r1"), Stop))!;
        Assert.Equal((world.Address("r1"), 3L, "100"), (average.Actor, average.Nonce.Value, average.Value.Text));
        Assert.Null(await world.Allora.Network.RewardNonceAsync(NetworkWorld.Topic, Stop));
    }

    [Fact]
    public async Task A_bundle_with_a_gap_does_not_count_and_one_with_strangers_does()
    {
        await using var world = new NetworkWorld();
        await AnswerAsync(world, 3);
        await world.UntilAsync(14);
        var losses = NetworkWorld.LossesOf((await world.InferencesAsync(3)).Values, Truth);
        var stranger = new OfWorker<DecimalText>(world.Address("f1"), NetworkWorld.Number(7));
        await world.SendAsync(
            world.Losses("r1", 3, losses with { Inferers = [.. losses.Inferers.Skip(1)] }),
            world.Losses("r2", 3, losses with { Inferers = [.. losses.Inferers, stranger] }));
        await world.UntilAsync(27);

        var network = (await world.Allora.Network.LossesAsync(NetworkWorld.Topic, new(3), Stop))!;
        Assert.Equal(3, network.Inferers.Count);
        Assert.Equal(losses.Combined.Text, network.Combined.Text);
        Assert.Equal(["i1", "i2", "i3", "r2"], world.PaidFor(3).Keys.Order(StringComparer.Ordinal));
        Assert.False(await world.Allora.Reputers.HasLossesAsync(NetworkWorld.Topic, new(3), world.Address("r1"), Stop));
    }

    [Fact]
    public async Task One_inference_is_the_network_and_a_nonce_without_losses_just_ends()
    {
        await using var world = new NetworkWorld();
        await world.UntilAsync(3);
        await world.SendAsync(world.Answer("i1", 3, new WorkerAnswer { Value = NetworkWorld.Number(5) }));
        await world.UntilAsync(27);

        var inferences = await world.InferencesAsync(3);
        Assert.Equal("5", inferences.Values.Combined[0].Value.Text);
        Assert.Equal(inferences.Values.Combined, inferences.Values.Naive);
        Assert.Equal([1, 0, 0, 0, 0, 0], Counts(inferences.Values));
        Assert.Contains(world.Witness.Blocks[^1].ReputerClosed, closing => closing.Nonce.Value == 3);
        Assert.Empty(world.PaidFor(3));
        Assert.Empty(await world.Allora.Network.ScoresAsync(ActorRole.Inferer, NetworkWorld.Topic, new(3), Stop));
    }

    [Fact]
    public async Task A_topic_with_labels_gives_every_label_and_takes_scalar_losses()
    {
        await using var world = new NetworkWorld(change: topic => topic with
        {
            IsMulti = true,
            Labels = ["down", "up"],
            MaxLabels = 2,
            RequiresUnity = true,
        });
        var topic = (await world.Allora.TopicAsync(NetworkWorld.Topic, Stop))!;
        Assert.True(topic.IsMulti);
        Assert.Equal((2ul, true, "0.01"), (topic.Labels!.Most, topic.Labels.SumToOne, topic.Labels.Tolerance.Text));
        Assert.Equal(["down", "up"], topic.Labels.Allowed);
        await world.UntilAsync(3);
        await world.SendAsync(world.Answer("i1", 3, Labeled(0.25, 0.75)), world.Answer("i2", 3, Labeled(0.5, 0.495)));
        await world.UntilAsync(14);

        var inferences = await world.InferencesAsync(3);
        Assert.Equal(
            ["down=0.375", "up=0.6225"],
            inferences.Values.Combined.Select(value => $"{value.Label}={value.Value}"));
        Assert.Equal(["down=0", "up=0"], inferences.Values.Naive.Select(value => $"{value.Label}={value.Value}"));
        await world.SendAsync(world.Losses("r1", 3, inferences.Values.Map((_, _) => NetworkWorld.Number(-1))));
        await world.UntilAsync(27);
        Assert.Equal("-1", (await world.Allora.Network.LossesAsync(NetworkWorld.Topic, new(3), Stop))!.Combined.Text);
    }

    [Fact]
    public async Task A_topic_that_wants_labels_has_scalars_under_v9()
    {
        await using var world = new NetworkWorld(EmissionsVersion.V9, change: topic => topic with { IsMulti = true });
        await world.UntilAsync(3);
        await world.SendAsync(world.Answer("i1", 3, new WorkerAnswer { Value = NetworkWorld.Number(5) }));
        await world.UntilAsync(7);
        Assert.Equal("5", (await world.InferencesAsync(3)).Values.Combined[0].Value.Text);
    }

    [Fact]
    public async Task What_v9_stored_reads_the_same_after_the_upgrade()
    {
        await using var world = new NetworkWorld(EmissionsVersion.V9, upgradeHeight: 10);
        await AnswerAsync(world, 3);
        await world.UntilAsync(8);
        var before = await world.InferencesAsync(3);
        Assert.Equal(EmissionsVersion.V9, await world.Allora.VersionAsync(Stop));
        await world.UntilAsync(11);

        var after = await world.InferencesAsync(3);
        Assert.Equal(EmissionsVersion.V10, await world.Allora.VersionAsync(Stop));
        Assert.Equal(before.Values.Combined, after.Values.Combined);
        Assert.Equal(before.Values.Inferers.SelectMany(of => of.Value), after.Values.Inferers.SelectMany(of => of.Value));
    }

    [Fact]
    public async Task The_gateway_prints_what_the_network_made()
    {
        await using var world = new NetworkWorld();
        await FirstLossAsync(world);
        using var network = world.Devnet.Network();
        using var http = new HttpClient(network);

        async Task<string> GetAsync(string path) =>
            await http.GetStringAsync(new Uri(world.Devnet.Lcd, $"emissions/v10/{path}"), Stop);

        var inferences = await GetAsync("network_inferences/1/last_inference/3");
        Assert.StartsWith(
            """{"network_inferences":{"topic_id":"1","nonce":"3","combined_value":[{"label_id":1,"label_name":"y","value":"103"}]""",
            inferences, StringComparison.Ordinal);
        Assert.Equal("""{"authority":"30000"}""", await GetAsync($"stake_reputer_authority/1/{world.Address("r1")}"));
        Assert.Contains("\"score\":\"100\"", await GetAsync("reputers_scores_at_block/1/3"), StringComparison.Ordinal);
        Assert.Contains(
            "\"extra_data\":null,\"combined_value\":\"0.95", await GetAsync("network_loss/1/3"), StringComparison.Ordinal);
        Assert.Contains("\"is_open\":false", await GetAsync("reputer_submission_window_status/1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_of_old_nonces_has_a_bound()
    {
        await using var world = new NetworkWorld(change: topic => topic with { Competitors = new(1, 0), GroundTruthLag = 36 });
        var topic = world.Devnet.Node.Chain.Emissions.Topics[1];
        for (var nonce = 3; nonce < 1000; nonce += 12)
        {
            await world.UntilAsync(nonce + 39);
            var losses = NetworkWorld.LossesOf((await world.InferencesAsync(nonce)).Values, Truth);
            await world.SendAsync(world.Losses("r1", nonce, losses));
        }

        Assert.Equal((64, 64), (topic.Closed.Count, topic.Losses.Settled.Count));
        Assert.Equal(topic.ReputerNonces.Order(), topic.Losses.Open.Keys);
        Assert.InRange(topic.ReputerNonces.Count, 3, 5);
    }

    [Fact]
    public async Task Equal_calls_give_equal_pay()
    {
        async Task<string> RunAsync()
        {
            await using var world = new NetworkWorld();
            await FirstLossAsync(world);
            return string.Join(" ", world.PaidFor(3).OrderBy(of => of.Key, StringComparer.Ordinal));
        }

        Assert.Equal(await RunAsync(), await RunAsync());
    }

    /// <summary>Nonce 3 from its opening to its losses; at block 27, where nonce 27 opens.</summary>
    private static async Task FirstLossAsync(NetworkWorld world)
    {
        await AnswerAsync(world, 3);
        await world.UntilAsync(14);
        var losses = NetworkWorld.LossesOf((await world.InferencesAsync(3)).Values, Truth);
        await world.SendAsync(world.Losses("r1", 3, losses), world.Losses("r2", 3, losses));
        await world.UntilAsync(27);
    }

    /// <summary>f1 knows what each inferer's loss will be, f2 has it the wrong way round.</summary>
    private static async Task AnswerAsync(NetworkWorld world, long nonce)
    {
        await world.UntilAsync(nonce);
        var expected = Values.ToDictionary(of => of.Key, of => NetworkWorld.Loss(of.Value, Truth));
        await world.SendAsync([
            .. Values.Select(of => world.Answer(of.Key, nonce, new WorkerAnswer { Value = NetworkWorld.Number(of.Value) })),
            world.Answer("f1", nonce, Forecast(1)), world.Answer("f2", nonce, Forecast(-1)),
        ]);

        WorkerAnswer Forecast(int sign) => new()
        {
            Forecast = [.. expected.Select(of =>
                new OfWorker<DecimalText>(world.Address(of.Key), NetworkWorld.Number(sign * of.Value)))],
        };
    }

    private static WorkerAnswer Labeled(double down, double up) => new()
    {
        Labels = [new("up", NetworkWorld.Number(up)), new("down", NetworkWorld.Number(down))],
    };

    private static async Task<Dictionary<string, double>> ScoresAsync(NetworkWorld world, ActorRole role, long nonce) =>
        (await world.Allora.Network.ScoresAsync(role, NetworkWorld.Topic, new(nonce), Stop))
            .ToDictionary(score => world.NameOf(score.Actor), score => Plain(score.Value));

    private static Dictionary<string, BigInteger> Balances(NetworkWorld world) =>
        new[] { "i1", "i2", "i3", "f1", "f2", "r1", "r2" }
            .ToDictionary(name => name, name => world.Devnet.BalanceOf(world.Address(name)));

    private static int[] Counts<T>(ValueBundle<T> values) =>
    [
        values.Inferers.Count, values.Forecasters.Count, values.OneOutInferers.Count, values.OneOutForecasters.Count,
        values.OneInForecasters.Count, values.OneOutInfererForecasters.Count,
    ];

    private static double Plain(IReadOnlyList<LabeledValue> values) => Plain(Assert.Single(values).Value);

    private static double Plain(DecimalText value) => double.Parse(value.Text, CultureInfo.InvariantCulture);
}
