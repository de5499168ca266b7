using System.Net;
using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Duties;
using Outpost.Node.Losses;
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

    [Theory]
    [InlineData("""{"up":1,"down":0}""")]
    [InlineData("""{"UP":1,"Down":0}""")]
    public async Task A_topic_with_labels_gets_a_value_for_each_and_its_losses(string truth)
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
            Truth = truth,
        };
        node.Serves = topic => topic with { GroundTruth = At("truth") };
        node.Run();

        await node.UntilAsync(() => Included(node, Role.Reputer) >= 1, "losses of a nonce");
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_URLs_the_topic_decides_which_is_asked(bool isMulti)
    {
        await using var node = await StartAsync(topic => topic with { IsMulti = isMulti });
        node.Model = new Models(NodeOnDevnet.AddressOf(1)) { Labeled = """{"up":0.7}""" };
        var asked = At("inference") with { LabeledUrlTemplate = "http://model.local/labeled" };
        node.Serves = topic => topic with
        {
            Inference = asked,
            GroundTruth = asked with { UrlTemplate = "http://model.local/truth" },
        };
        node.Run();

        await node.UntilAsync(() => Included(node, Role.Reputer) >= 1, "losses of a nonce");
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    [Fact]
    public async Task A_duty_of_an_earlier_run_knows_that_its_topic_has_labels()
    {
        await using var node = await StartAsync(topic => topic with
        {
            IsMulti = true,
            EpochLength = 80,
            WorkerWindow = 70,
            GroundTruthLag = 80,
        });
        node.Model = new ScriptedModel(ScriptedModel.Hangs());
        node.Run();
        await node.UntilAsync(() => node.Topic.Phase == Outpost.Node.Status.TopicPhase.Computing, "a window");
        var nonce = node.Topic.Current!.Id.Nonce;
        await node.StopAsync();

        node.Model = new Models(NodeOnDevnet.AddressOf(1)) { Inference = """{"up":0.7}""" };
        node.Run();
        await node.UntilAsync(() => node.Status.RecentEnds.Count > 0, "the end of the duty");
        Assert.Equal(nonce, node.Status.RecentEnds[0].Duty.Id.Nonce);
        Assert.IsType<Outcome.Included>(node.Status.RecentEnds[0].Outcome);
    }

    [Theory]
    [InlineData("""[{"label":"up","value":1}]""", "")]
    [InlineData("""[{"label":"up","value":0.5},{"label":"sideways","value":0.5}]""", "no label 'sideways'")]
    [InlineData("""[{"label":"up","value":0.5},{"label":"up","value":0.5}]""", "twice")]
    [InlineData("0.7", "numbers by name")]
    [InlineData("""{"up":0.5,"UP":0.5}""", "case makes no difference")]
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

    [Theory]
    [InlineData("mse", """{"up":1}""", true, "no-losses", "the truth lacks the label 'down' of the inference")]
    [InlineData("mse", """{"up":1,"down":0,"flat":0}""", true, "no-losses", "the inference lacks the label 'flat' of the truth")]
    [InlineData("mse", """[{"label":"up","value":1},{"label":"up","value":0}]""", true, "model-answer-invalid", "twice")]
    [InlineData("mse", "3000.5", false, "no-losses", "log10(0) is no number")]
    [InlineData("bce", "3000.5", false, "no-losses", "bce takes a truth and an inference from 0 to 1")]
    [InlineData("mse", "NaN", false, "model-answer-invalid", "NaN")]
    public async Task A_truth_that_no_loss_can_be_taken_of_ends_each_duty_with_its_reason_and_the_node_goes_on(
        string method, string truth, bool isMulti, string reason, string words)
    {
        await using var node = await StartAsync(topic => topic with { IsMulti = isMulti, LossMethod = method });
        node.Model = new Models(NodeOnDevnet.AddressOf(1))
        {
            Inference = isMulti ? """{"up":0.7,"down":0.3}""" : "3000.5",
            Truth = truth,
        };
        node.Serves = topic => topic with
        {
            GroundTruth = At("truth"),
            Losses = new LossOptions { Small = SmallLoss.Refuse },
        };
        node.Run();

        await node.UntilAsync(() => Ends(node, Role.Reputer).Any() && Included(node, Role.Inferer) >= 2, "the end of a duty");
        Assert.All(Ends(node, Role.Reputer), end =>
        {
            var missed = Assert.IsType<Outcome.Missed>(end.Outcome);
            Assert.Equal(reason, missed.Reason.Code);
            Assert.Contains(words, missed.Detail, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_truth_that_all_inferred_is_sent_as_the_least_loss_of_the_chain()
    {
        await using var node = await StartAsync();
        node.Model = new Models(NodeOnDevnet.AddressOf(1)) { Truth = "3000.5" };
        node.Serves = topic => topic with { GroundTruth = At("truth") };
        node.Run();

        await node.UntilAsync(() => Included(node, Role.Reputer) >= 1, "losses of a nonce");
        Assert.Contains(Ends(node, Role.Reputer), end => end.Value == "truth 3000.5, loss of the network -40, 3 losses counted as 1e-40");
    }

    [Theory]
    [InlineData("false", "ended")]
    [InlineData("yes", "wrote 200 lines in a row that answer nothing")]
    [InlineData("/no/such/program", "/no/such/program")]
    public async Task Losses_of_a_program_that_dies_or_floods_end_each_duty_with_its_reason_and_the_node_goes_on(
        string program, string words)
    {
        await using var node = await StartAsync(topic => topic with { LossMethod = "czar" });
        node.Model = new Models(NodeOnDevnet.AddressOf(1));
        node.Serves = topic => topic with
        {
            GroundTruth = At("truth"),
            Loss = new ProcessEntrypointOptions { Command = [program], AttemptTimeout = TimeSpan.FromMilliseconds(500) },
        };
        node.Run();

        await node.UntilAsync(() => Ends(node, Role.Reputer).Any() && Included(node, Role.Inferer) >= 2, "the end of a duty");
        Assert.All(Ends(node, Role.Reputer), end =>
        {
            var missed = Assert.IsType<Outcome.Missed>(end.Outcome);
            Assert.Equal(Reason.NoLosses, missed.Reason);
            Assert.Contains(words, missed.Detail, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_reputer_that_may_not_add_stake_says_what_is_missing_and_keeps_its_coins()
    {
        await using var node = await StartAsync();
        node.Model = new Models(NodeOnDevnet.AddressOf(1));
        node.Serves = topic => topic with { Inference = null, GroundTruth = At("truth"), MinStakeUallo = 0 };
        var before = node.Devnet.BalanceOf(node.Address);
        node.Run();

        await node.UntilAsync(() => node.Topic.Line.Contains(
            "a stake of 0 uallo in topic 1, and the chain takes losses from 10000 on", StringComparison.Ordinal), "the line");
        Assert.True(before - node.Devnet.BalanceOf(node.Address) < 10_000_000, "more was paid than a registration");
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

        public string? Labeled { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.RequestUri!.AbsolutePath.Split('/')[1] switch
            {
                "forecast" => Forecast,
                "truth" => Truth,
                "labeled" => Labeled,
                _ => Inference,
            };
            return Task.FromResult(new HttpResponseMessage(body is null ? HttpStatusCode.InternalServerError : HttpStatusCode.OK)
            {
                Content = new StringContent(body ?? "out of order"),
            });
        }
    }
}
