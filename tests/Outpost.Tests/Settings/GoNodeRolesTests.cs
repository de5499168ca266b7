using System.Numerics;
using Outpost.App;
using Outpost.App.Settings;
using Outpost.Node;
using Outpost.Tests.App;

namespace Outpost.Tests.Settings;

/// <summary>Forecasters, reputers and labels in files of the Go node, generation by generation.</summary>
public sealed class GoNodeRolesTests
{
    [Fact]
    public void A_worker_and_a_reputer_of_one_topic_become_one_topic_in_every_role()
    {
        var configuration = Load("go-2025-05-reputer");

        Assert.Equal([1UL, 3, 4], configuration.Node.Topics.Select(topic => topic.Topic.Value));
        var topic = configuration.Node.Topics[0];
        Assert.Equal("http://source:8000/inference/{Token}", Url(topic.Inference));
        Assert.Equal("http://source:8000/forecasts/{TopicId}/{BlockHeight}", Url(topic.Forecast));
        Assert.Equal("http://localhost:8888/gt/{Token}/{BlockHeight}", Url(topic.GroundTruth));
        Assert.Equal("ETHUSD", Assert.IsType<HttpEntrypointOptions>(topic.GroundTruth).Variables["Token"]);
        Assert.Equal(BigInteger.Parse("92233720368547758070000"), topic.MinStakeUallo);
    }

    [Fact]
    public void A_loss_service_is_asked_as_before_and_the_note_says_so_and_what_would_do_without()
    {
        var configuration = Load("go-2025-05-reputer");

        var service = configuration.Node.Topics[0].Losses.Service!;
        Assert.Equal(new Uri("http://localhost:5000/"), service.Url);
        Assert.True(service.IsNeverNegative);
        Assert.Equal(("huber", "1.0"), (service.Method["loss_method"], service.Method["delta"]));
        Assert.Null(configuration.Node.Topics[0].Losses.LabeledService);
        Assert.Equal(
            "losses come from this service, as in the Go node; huber is built in: "
            + "OUTPOST__TOPICS__0__REPUTER__SERVICE__URL=builtin does without it",
            Note(configuration, "reputer[0].lossFunctionParameters.LossFunctionService").Text);
        Assert.Contains("there is no loss method 'czar'",
            Note(configuration, "reputer[1].lossFunctionParameters.LossFunctionService").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_takes_the_losses_from_the_node_itself_where_the_method_is_built_in()
    {
        using var world = new TestSurroundings()
            .With("OUTPOST__TOPICS__0__REPUTER__SERVICE__URL", "builtin");
        var losses = Read("go-2025-05-reputer", world).Configuration!.Node.Topics[0].Losses;
        Assert.Null(losses.Service);
        Assert.Equal("1.0", losses.Parameters["delta"]);

        using var unknown = new TestSurroundings().With("OUTPOST__TOPICS__2__REPUTER__SERVICE__URL", "builtin");
        Assert.StartsWith(
            "go-2025-05-reputer.json: reputer[1].lossFunctionParameters.LossMethodOptions: there is no loss method 'czar'",
            Assert.Single(Read("go-2025-05-reputer", unknown).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_forecaster_alone_is_served_and_an_endpoint_without_an_adapter_is_named()
    {
        var configuration = Load("go-2025-05-reputer");

        Assert.Null(configuration.Node.Topics[1].Inference);
        Assert.NotNull(configuration.Node.Topics[1].Forecast);
        Assert.Equal("is not asked, since inferenceEntrypointName is empty",
            Note(configuration, "worker[1].parameters.InferenceEndpoint").Text);
    }

    [Fact]
    public void A_reputer_without_a_stake_gets_none_as_in_the_Go_node_and_is_told()
    {
        var configuration = Load("go-2025-05-reputer");

        Assert.Equal(BigInteger.Zero, configuration.Node.Topics[2].MinStakeUallo);
        var note = Note(configuration, "reputer[1].minStake");
        Assert.Equal(NoteKind.Warning, note.Kind);
        Assert.Contains("no stake is added", note.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_generations_reputer_has_one_adapter_and_its_losses_are_built_in()
    {
        var configuration = Load("go-2024-08-first");

        var topic = Assert.Single(configuration.Node.Topics);
        Assert.Equal("http://source:8888/truth/{Token}/{BlockHeight}", Url(topic.GroundTruth));
        Assert.Equal("ethereum", Assert.IsType<HttpEntrypointOptions>(topic.GroundTruth).Variables["Token"]);
        Assert.Equal("ETH", Assert.IsType<HttpEntrypointOptions>(topic.Inference).Variables["Token"]);
        Assert.Null(topic.Losses.Service);
        Assert.Equal(100_000, topic.MinStakeUallo);
        Assert.Contains(configuration.Notes, note => note.Text == "no loss service is asked: losses are built in");
        Assert.DoesNotContain(configuration.Notes, note => note.Text.StartsWith("unknown key", StringComparison.Ordinal));
    }

    [Fact]
    public void The_AWS_runners_file_has_both_roles()
    {
        var topic = Assert.Single(Load("go-2024-11-aws-runner").Node.Topics);

        Assert.Equal("http://inference:8000/inference/{Token}", Url(topic.Inference));
        Assert.Equal("http://truth:8888/gt/{Token}/{BlockHeight}", Url(topic.GroundTruth));
        Assert.Equal(new Uri("http://loss:5000"), topic.Losses.Service!.Url);
        Assert.Equal(100_000, topic.MinStakeUallo);
    }

    [Fact]
    public void Labeled_endpoints_and_services_are_read()
    {
        var node = Load("go-2026-labeled").Node;

        Assert.Equal("http://localhost:8000/forecasts/{TopicId}/{BlockHeight}", Url(node.Topics[0].Forecast));
        Assert.Equal("http://localhost:8000/labeled/{TopicId}/{BlockHeight}", Url(node.Topics[1].Inference));
        Assert.Equal("http://localhost:8888/labeled-truth/{TopicId}/{BlockHeight}", Url(node.Topics[1].GroundTruth));
        Assert.Null(node.Topics[1].Losses.Service);
        Assert.Equal(new Uri("http://localhost:5000"), node.Topics[1].Losses.LabeledService!.Url);
    }

    [Fact]
    public void Of_two_endpoints_for_one_answer_the_topic_decides_at_run_time()
    {
        var configuration = Of("""
            "worker": [ { "topicId": 1, "inferenceEntrypointName": "apiAdapter", "parameters": {
              "InferenceEndpoint": "http://m/", "LabeledInferenceEndpoint": "http://l/", "ForecastEndpoint": "http://f/" } } ],
            "reputer": [ { "topicId": 1, "groundTruthEntrypointName": "apiAdapter", "groundTruthParameters": {
              "LabeledGroundTruthEndpoint": "http://lt/", "GroundTruthEndpoint": "http://t/" } } ]
            """).Configuration!;

        var topic = configuration.Node.Topics[0];
        Assert.Equal(("http://m/", "http://l/"), (Url(topic.Inference), Labeled(topic.Inference)));
        Assert.Equal(("http://t/", "http://lt/"), (Url(topic.GroundTruth), Labeled(topic.GroundTruth)));
        Assert.DoesNotContain(configuration.Notes, note => note.Path.Contains("Labeled", StringComparison.Ordinal));

        static string? Labeled(EntrypointOptions? entrypoint) =>
            Assert.IsType<HttpEntrypointOptions>(entrypoint).LabeledUrlTemplate;
    }

    [Fact]
    public void A_labeled_endpoint_that_is_wrong_is_told_by_the_files_own_key()
    {
        Assert.Contains("config.json: worker[0].parameters.LabeledInferenceEndpoint: \"l:8000\" is not a URL; "
            + "write such as \"http://127.0.0.1:8000/inference/{TopicId}/{BlockHeight}\"", Of("""
            "worker": [ { "topicId": 1, "inferenceEntrypointName": "apiAdapter", "parameters": {
              "InferenceEndpoint": "http://m/", "LabeledInferenceEndpoint": "l:8000" } } ]
            """).Problems);
    }

    [Fact]
    public void A_reputer_alone_is_served_also_with_its_parameters_in_one_map()
    {
        var configuration = Of("""
            "reputer": [ { "topicId": "7", "groundTruthEntrypointName": "apiAdapter", "minStake": "5",
              "lossFunctionEntrypointName": "apiAdapter", "parameters": { "GroundTruthEndpoint": "http://t/{Token}",
                "Token": "BTC", "LossFunctionService": "http://l:5000", "LossMethodOptions": { "loss_method": "mse" } } } ]
            """).Configuration!;

        var topic = Assert.Single(configuration.Node.Topics);
        Assert.Null(topic.Inference);
        Assert.Equal(["Token"], Assert.IsType<HttpEntrypointOptions>(topic.GroundTruth).Variables.Keys);
        Assert.Equal("mse", topic.Losses.Service!.Method["loss_method"]);
    }

    [Theory]
    [InlineData("\"groundTruthEntrypointName\": \"\", " + Truth,
        "reputer[0].groundTruthEntrypointName", "is empty")]
    [InlineData(Adapter + "\"groundTruthParameters\": { \"GroundTruthEndpont\": \"http://t/\" }",
        "reputer[0].groundTruthParameters.GroundTruthEndpoint", "is missing")]
    [InlineData(Adapter + Truth + ", \"lossFunctionParameters\": { \"LossFunctionService\": \"http://l/\" }",
        "reputer[0].lossFunctionParameters.LossFunctionService", "is not asked, since lossFunctionEntrypointName is empty")]
    [InlineData(Adapter + Truth + ", \"lossFunctionParameters\": { \"LossFunctionServce\": \"http://l/\" }",
        "reputer[0].lossFunctionParameters.LossFunctionServce", "unknown key, ignored; \"LossFunctionService\" was probably meant")]
    public void Nothing_of_a_reputer_is_left_out_in_silence(string reputer, string path, string text)
    {
        var configuration = Of($$"""
            "worker": [ { "topicId": 1, "inferenceEntrypointName": "apiAdapter", "parameters": { "InferenceEndpoint": "http://m/" } } ],
            "reputer": [ { "topicId": 1, {{reputer}} } ]
            """).Configuration!;

        Assert.Contains(configuration.Notes, note => note.Path == path && note.Text.StartsWith(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"minStake\": \"-5\"", "reputer[0].minStake: \"-5\" is not such a number; write a whole number")]
    [InlineData("\"lossFunctionParameters\": { \"LossFunctionService\": \"loss:5000\" }",
        "reputer[0].lossFunctionParameters.LossFunctionService: \"loss:5000\" is not a URL; write such as \"http://127.0.0.1:5000\", or \"builtin\"")]
    [InlineData("\"lossFunctionParameters\": { \"LossMethodOptions\": { \"loss_method\": \"mse\", \"delta\": 1 } }",
        "reputer[0].lossFunctionParameters.LossMethodOptions: the loss method sqe has no parameter 'delta': "
        + "it takes none; docs/losses.md lists methods and parameters")]
    public void What_is_wrong_with_a_reputer_is_told_by_the_files_own_keys(string member, string problem) =>
        Assert.Contains($"config.json: {problem}", Of($$"""
            "reputer": [ { "topicId": 1, "groundTruthEntrypointName": "apiAdapter", "lossFunctionEntrypointName": "apiAdapter",
              "groundTruthParameters": { "GroundTruthEndpoint": "http://t/" }, {{member}} } ]
            """).Problems);

    [Fact]
    public void A_list_that_is_none_is_named()
    {
        var configuration = Of("""
            "worker": [ { "topicId": 1, "inferenceEntrypointName": "apiAdapter", "parameters": { "InferenceEndpoint": "http://m/" } } ],
            "reputer": { "topicId": 1 }
            """).Configuration!;

        Assert.Equal("is no list, and nothing of it is served", Note(configuration, "reputer").Text);
    }

    private const string Adapter = "\"groundTruthEntrypointName\": \"apiAdapter\", ";

    private const string Truth = "\"groundTruthParameters\": { \"GroundTruthEndpoint\": \"http://t/\" }";

    private static string Url(EntrypointOptions? entrypoint) => Assert.IsType<HttpEntrypointOptions>(entrypoint).UrlTemplate;

    private static Note Note(Configuration configuration, string path) =>
        Assert.Single(configuration.Notes, note => note.Path == path);

    private static Configuration Load(string fixture)
    {
        using var world = new TestSurroundings();
        var result = Read(fixture, world);
        Assert.Empty(result.Problems);
        return result.Configuration!;
    }

    private static SettingsResult<Configuration> Read(string fixture, TestSurroundings world) => ConfigurationFile.Read(
        File.ReadAllText(Repository.File("tests", "Outpost.Tests", "Settings", "fixtures", fixture + ".json")),
        fixture + ".json", "/etc", world.Build().ForSettings);

    private static SettingsResult<Configuration> Of(string lists) => ConfigurationFile.Read(
        $$"""{ "wallet": { "addressKeyName": "a", "nodeRpc": "http://h", "submitTx": true }, {{lists}} }""",
        "config.json", "/etc", new TestSurroundings().Build().ForSettings);
}
