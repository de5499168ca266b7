using System.Net;
using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Duties;
using Outpost.Tests.Devnet;

namespace Outpost.Tests.Node;

/// <summary>Whole nodes on a devnet, in every role: what they send is judged by the chain.</summary>
public sealed class RoleTests
{
    private static readonly BigInteger Stake = 25_000;

    [Fact]
    public async Task One_node_infers_forecasts_and_reputes_in_one_topic()
    {
        await using var node = await StartAsync();
        var witness = Watch(node);
        node.Model = new Models(NodeOnDevnet.AddressOf(1));
        node.Serves = topic => topic with
        {
            Forecast = At("forecast"),
            GroundTruth = At("truth"),
            MinStakeUallo = Stake,
        };
        node.Run();

        await node.UntilAsync(() => Included(node, Role.Reputer) >= 2, "losses of two nonces");

        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
        Assert.True(Included(node, Role.Inferer) >= 3);
        var admitted = witness.Blocks.SelectMany(block => block.Transactions).SelectMany(one => one.Admitted).ToList();
        Assert.Contains(admitted, name => name.Role == ActorRole.Inferer);
        Assert.Contains(admitted, name => name.Role == ActorRole.Forecaster);
        Assert.Contains(admitted, name => name.Role == ActorRole.Reputer);
        Assert.Equal(admitted.Count, admitted.Distinct().Count());
        await node.UntilAsync(
            () => witness.Blocks.SelectMany(block => block.Payouts)
                .Any(payout => payout.Name.Role == ActorRole.Reputer && payout.AmountUallo > 0),
            "the reputer's pay");
    }

    [Fact]
    public async Task A_topic_with_labels_gets_a_value_for_each_and_its_losses()
    {
        await using var node = await StartAsync(topic => topic with
        {
            IsMulti = true,
            Labels = ["up", "down"],
            RequiresUnity = true,
        });
        node.Model = new Models(NodeOnDevnet.AddressOf(1))
        {
            Inference = """[{"label":"up","value":"0.7"},{"label":"down","value":0.3}]""",
            Truth = """{"up":1,"down":0}""",
        };
        node.Serves = topic => topic with { GroundTruth = At("truth") };
        node.Run();

        await node.UntilAsync(() => Included(node, Role.Reputer) >= 1, "losses of a nonce");
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    [Theory]
    [InlineData("""[{"label":"up","value":1}]""", "")]
    [InlineData("""[{"label":"up","value":0.5},{"label":"sideways","value":0.5}]""", "no label 'sideways'")]
    [InlineData("""[{"label":"up","value":0.5},{"label":"up","value":0.5}]""", "twice")]
    [InlineData("0.7", "numbers by name")]
    public async Task Labels_that_are_not_the_topics_are_not_sent(string answer, string detail)
    {
        await using var node = await StartAsync(topic => topic with { IsMulti = true, Labels = ["up", "down"] });
        node.Model = new Models(NodeOnDevnet.AddressOf(1)) { Inference = answer };
        node.Run();

        await node.UntilAsync(() => node.Status.RecentEnds.Count > 0, "the end of a duty");
        if (detail.Length == 0)
        {
            Assert.IsType<Outcome.Included>(node.Status.RecentEnds[0].Outcome);
        }
        else
        {
            var missed = Assert.IsType<Outcome.Missed>(node.Status.RecentEnds[0].Outcome);
            Assert.Equal(Reason.ModelAnswerInvalid, missed.Reason);
            Assert.Contains(detail, missed.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_forecast_that_does_not_come_keeps_no_inference_from_being_sent()
    {
        await using var node = await StartAsync();
        node.Model = new Models(NodeOnDevnet.AddressOf(1)) { Forecast = null };
        node.Serves = topic => topic with { Forecast = At("forecast") };
        node.Run();

        await node.UntilAsync(() => Included(node, Role.Inferer) >= 2, "two inferences");
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    [Fact]
    public async Task Truth_that_never_comes_ends_each_duty_with_its_reason_and_the_node_goes_on()
    {
        await using var node = await StartAsync();
        node.Model = new Models(NodeOnDevnet.AddressOf(1)) { Truth = "null" };
        node.Serves = topic => topic with { GroundTruth = At("truth") };
        node.Run();

        await node.UntilAsync(() => Ends(node, Role.Reputer).Count() >= 2, "the ends of two duties");
        Assert.All(Ends(node, Role.Reputer), end =>
            Assert.Equal(Reason.ModelTimeout, Assert.IsType<Outcome.Missed>(end.Outcome).Reason));
        Assert.True(Included(node, Role.Inferer) >= 2);
    }

    [Fact]
    public async Task An_endpoint_that_lags_and_has_no_inferences_yet_is_asked_again_while_the_window_is_open()
    {
        using var lagging = new WithoutInferences(times: 2);
        await using var node = await StartAsync(topic => topic with { EpochLength = 60, GroundTruthLag = 60 });
        node.Between = lagging;
        node.Model = new Models(NodeOnDevnet.AddressOf(1));
        node.Serves = topic => topic with { GroundTruth = At("truth") };
        node.Run();

        await node.UntilAsync(() => Ends(node, Role.Reputer).Any(), "the end of a duty");
        Assert.Equal(0, lagging.Left);
        Assert.All(Ends(node, Role.Reputer), end => Assert.IsType<Outcome.Included>(end.Outcome));
    }

    [Fact]
    public async Task A_loss_method_that_is_not_known_is_said_in_one_line()
    {
        await using var node = await StartAsync(topic => topic with { LossMethod = "czar" });
        node.Model = new Models(NodeOnDevnet.AddressOf(1));
        node.Serves = topic => topic with { Inference = null, GroundTruth = At("truth") };
        node.Run();

        await node.UntilAsync(() => node.Topic.Line.Contains("czar", StringComparison.Ordinal), "the line");
    }

    private static Task<NodeOnDevnet> StartAsync(
        Func<Outpost.Devnet.TopicOptions, Outpost.Devnet.TopicOptions>? shape = null)
    {
        var topic = new Outpost.Devnet.TopicOptions
        {
            Id = new TopicId(1),
            EpochLength = 14,
            WorkerWindow = 8,
            GroundTruthLag = 14,
            FirstOpening = 20,
        };
        return NodeOnDevnet.StartAsync(options => options with { Topics = [shape?.Invoke(topic) ?? topic] });
    }

    private static HttpEntrypointOptions At(string path) => new()
    {
        UrlTemplate = $"http://model.local/{path}/{{BlockHeight}}",
        AttemptTimeout = TimeSpan.FromMilliseconds(500),
        RetryDelay = TimeSpan.FromMilliseconds(50),
    };

    private static IEnumerable<Outpost.Node.Status.DutyEnd> Ends(NodeOnDevnet node, Role role) =>
        node.Status.RecentEnds.Where(end => end.Duty.Id.Role == role);

    private static int Included(NodeOnDevnet node, Role role) =>
        Ends(node, role).Count(end => end.Outcome is Outcome.Included);

    private static RecordingWitness Watch(NodeOnDevnet node)
    {
        var witness = new RecordingWitness();
        node.Devnet.Observer.Add(witness);
        return witness;
    }

    /// <summary>Answers by path; null: HTTP 500.</summary>
    private sealed class Models(string address) : HttpMessageHandler
    {
        public string Inference { get; init; } = "3000.5";

        public string? Forecast { get; init; } = $$"""{"{{address}}":["-0.25"]}""";

        public string Truth { get; init; } = "3,001.75";

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.RequestUri!.AbsolutePath.Split('/')[1] switch
            {
                "forecast" => Forecast,
                "truth" => Truth,
                _ => Inference,
            };
            return Task.FromResult(new HttpResponseMessage(body is null ? HttpStatusCode.InternalServerError : HttpStatusCode.OK)
            {
                Content = new StringContent(body ?? "out of order"),
            });
        }
    }
}
