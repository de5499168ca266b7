using System.Numerics;
using Outpost.App;
using Outpost.App.Settings;
using Outpost.Chains.Cosmos;
using Outpost.Node;
using Outpost.Tests.App;

namespace Outpost.Tests.Settings;

/// <summary>The fixtures follow the shapes of files in the wild, generation by generation of the Go node.</summary>
public sealed class OtherNodesTests
{
    [Theory]
    [InlineData("go-2024-08-first", "http://localhost:26657/", "http://source:8000/inference/{Token}")]
    [InlineData("go-2024-10-example", "https://allora-rpc.testnet.allora.network/",
        "http://inference:8000/inference/{Token}")]
    [InlineData("go-2024-11-coin-prediction", "https://allora-rpc.testnet.allora.network/",
        "http://inference:8000/inference/{Token}")]
    [InlineData("go-2026-labeled", "http://localhost:26657/", "http://localhost:8000/inference/{TopicId}/{BlockHeight}")]
    public void Reads_every_generation_of_the_Go_node(string fixture, string endpoint, string url)
    {
        var configuration = Load(fixture);

        Assert.Equal(ConfigurationFormat.GoNode, configuration.Format);
        Assert.Equal(new EndpointOptions(EndpointKind.Rpc, new Uri(endpoint)), configuration.Node.Chain.Endpoints[0]);
        Assert.Equal(url, Assert.IsType<HttpEntrypointOptions>(configuration.Node.Topics[0].Inference).UrlTemplate);
        Assert.IsType<KeySource.MnemonicText>(configuration.Key);
    }

    [Fact]
    public void Takes_keys_without_regard_to_case_and_the_last_of_two()
    {
        var configuration = Load("go-2025-02-community");

        Assert.Equal(
            ["https://allora-grpc.testnet.allora.network/", "https://10.0.0.5:9090/"],
            configuration.Node.Chain.Endpoints.Where(endpoint => endpoint.Kind == EndpointKind.Grpc)
                .Select(endpoint => endpoint.Url.ToString()));
        Assert.Equal(new BigInteger(50_000_000), configuration.Node.Lane.MaxFeeUallo);
        Assert.Equal(50.0m, configuration.Node.Lane.GasPriceUallo);
        Assert.Contains(configuration.Notes, note => note.Path.Contains("wallet.BaseGas", StringComparison.Ordinal));
    }

    [Fact]
    public void Takes_parameters_of_any_kind_as_text_and_keeps_the_first_of_two_workers()
    {
        var configuration = Load("go-2025-02-community");

        var topic = Assert.Single(configuration.Node.Topics);
        Assert.Equal("1.0", Assert.IsType<HttpEntrypointOptions>(topic.Inference).Variables["delta"]);
        Assert.Contains(configuration.Notes,
            note => note.ToString(
                ) == "worker[1].topicId: topic 1 is given twice; the first is kept, as in the Go node");
    }

    [Fact]
    public void Gas_prices_may_be_a_number_a_text_or_auto()
    {
        Assert.Equal(10m, Load("go-2024-11-coin-prediction").Node.Lane.GasPriceUallo);
        Assert.Equal(50m, Load("go-2025-02-community").Node.Lane.GasPriceUallo);
        Assert.Null(Load("go-2026-labeled").Node.Lane.GasPriceUallo);
    }

    [Fact]
    public void Fees_have_no_upper_bound()
    {
        var result = Read("""
            { "wallet": { "addressKeyName": "a", "maxFees": "123456789012345678901234567890", "nodeRpc": "http://h" },
              "worker": [ { "topicId": 1, "inferenceEntrypointName": "apiAdapter",
                            "parameters": { "InferenceEndpoint": "http://m/" } } ] }
            """);

        Assert.Equal(BigInteger.Parse("123456789012345678901234567890"), result.Configuration!.Node.Lane.MaxFeeUallo);
    }

    [Fact]
    public void A_misspelt_key_is_ignored_with_a_hint()
    {
        var note = Load("go-2024-10-example").Notes.Single(note => note.Path == "wallet.accounSequenceRetryDelay");

        Assert.Equal("unknown key, ignored; \"accountSequenceRetryDelay\" was probably meant", note.Text);
    }

    [Fact]
    public void A_dry_run_of_the_Go_node_stays_one_and_says_so()
    {
        var configuration = Load("go-2026-labeled");

        Assert.False(configuration.Node.Lane.Submits);
        Assert.Contains(configuration.Notes, note => note is { Kind: NoteKind.Warning, Path: "wallet.submitTx" });
    }

    [Fact]
    public void Reads_plaintext_grpc_and_the_fee_granter()
    {
        var node = Load("go-2026-labeled").Node;

        Assert.Contains(new EndpointOptions(EndpointKind.Grpc, new Uri("http://localhost:9090")), node.Chain.Endpoints);
        Assert.Equal("allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv", node.Lane.FeeGranter);
        Assert.Equal(TimeSpan.FromSeconds(60), node.Lane.GasPriceMaxAge);
    }

    [Fact]
    public void A_template_that_was_not_filled_in_is_refused_key_by_key()
    {
        var problems = ReadFixture("go-template-unfilled").Problems;

        string[] paths = ["wallet.addressRestoreMnemonic", "wallet.nodeRpcs[0]", "worker[0].topicId",
            "worker[0].parameters.InferenceEndpoint", "worker[0].parameters.Token"];
        foreach (var path in paths)
        {
            Assert.Contains(problems, problem => problem.StartsWith(
                $"go-template-unfilled.json: {path}: still holds the placeholder _", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_wallet_without_a_mnemonic_says_how_to_import_the_key()
    {
        var result = Read("""
            { "wallet": { "addressKeyName": "mykey", "nodeRpc": "http://h", "submitTx": true },
              "worker": [ { "topicId": 1, "inferenceEntrypointName": "apiAdapter",
                            "parameters": { "InferenceEndpoint": "http://m/" } } ] }
            """);

        Assert.Equal(new KeySource.Stored("mykey", null), result.Configuration!.Key);
        Assert.Contains(result.Configuration.Notes, note => note.Path == "wallet.addressKeyName"
            && note.Text.Contains("outpost keys import mykey", StringComparison.Ordinal));
    }

    [Fact]
    public void A_reputer_without_a_truth_is_nothing_to_serve()
    {
        var problem = Assert.Single(Read("""
            { "wallet": { "addressKeyName": "a", "nodeRpc": "http://h" }, "worker": [],
              "reputer": [ { "topicId": 1, "groundTruthEntrypointName": "apiAdapter" } ] }
            """).Problems);

        Assert.Equal("config.json: worker, reputer: hold nothing that can be served; give a worker an "
            + "inferenceEntrypointName \"apiAdapter\" and parameters.InferenceEndpoint, or a reputer a "
            + "groundTruthEntrypointName and groundTruthParameters.GroundTruthEndpoint", problem);
    }

    [Fact]
    public void An_unknown_adapter_is_refused()
    {
        Assert.Contains("config.json: worker[0].inferenceEntrypointName: \"myAdapter\" is no known adapter; "
            + "write \"apiAdapter\"", Read("""
            { "wallet": { "addressKeyName": "a", "nodeRpc": "http://h" },
              "worker": [ { "topicId": 1, "inferenceEntrypointName": "myAdapter", "parameters": {} } ] }
            """).Problems);
    }

    [Fact]
    public void Reads_the_Python_node_without_the_keys_that_its_own_example_leaves_out()
    {
        var configuration = Load("python-minimal");

        Assert.Equal(ConfigurationFormat.PythonNode, configuration.Format);
        Assert.Equal(1.5m, configuration.Node.Lane.GasAdjustment);
        Assert.Equal(new EndpointOptions(EndpointKind.Lcd, new Uri("https://allora-api.testnet.allora.network")),
            Assert.Single(configuration.Node.Chain.Endpoints));
        Assert.Equal("http://localhost:8000/ETH", Assert.IsType<HttpEntrypointOptions>(Assert.Single(configuration.Node.Topics).Inference).UrlTemplate);
        Assert.Contains(configuration.Notes,
            note => note.ToString() == "topics[1].topic_id: is missing, so this topic is left out");
    }

    [Fact]
    public void The_Python_node_needs_a_phrase_and_a_URL()
    {
        var problems = Read("""
            { "seed_phrase": "", "api_params": { "api_url": "" },
              "topics": [ { "topic_id": 1, "inference_url": "http://m/" } ] }
            """).Problems;

        Assert.Equal(
            [
                "config.json: api_params.api_url: names no endpoint; write one, or set "
                + "OUTPOST__CHAIN__NETWORK=allora-testnet",
                "config.json: seed_phrase: is missing; write the mnemonic, or run 'outpost keys import NAME' and set "
                + "OUTPOST__KEY__NAME=NAME",
            ],
            problems);
    }

    [Fact]
    public void The_environment_overrides_other_formats_too()
    {
        using var world = new TestSurroundings().With("OUTPOST__KEY__NAME", "imported").With("OUTPOST__JOURNAL",
            "/data/j.db");

        var configuration = Assert.IsType<Configuration>(ReadFixture("python-minimal", world).Configuration);

        Assert.Equal(new KeySource.Stored("imported", null), configuration.Key);
        Assert.Equal("/data/j.db", configuration.Node.JournalPath);
    }

    [Fact]
    public void The_Go_nodes_own_environment_variables_name_a_configuration()
    {
        var text = File.ReadAllText(Path.Combine(Fixtures, "go-2026-labeled.json"));
        using var inline = new TestSurroundings().With("ALLORA_OFFCHAIN_NODE_CONFIG_JSON", text);
        using var byPath = new TestSurroundings().With(
            "ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH", Path.Combine(Fixtures, "go-2026-labeled.json"));

        Assert.Equal(ConfigurationFormat.GoNode, ConfigurationFile.Load(null,
            inline.Build().ForSettings).Configuration!.Format);
        Assert.Equal(ConfigurationFormat.GoNode, ConfigurationFile.Load(null,
            byPath.Build().ForSettings).Configuration!.Format);
    }

    private static string Fixtures => Repository.File("tests", "Outpost.Tests", "Settings", "fixtures");

    private static Configuration Load(string fixture)
    {
        var result = ReadFixture(fixture);
        Assert.Empty(result.Problems);
        return result.Configuration!;
    }

    private static SettingsResult<Configuration> ReadFixture(string fixture, TestSurroundings? world = null) =>
        ConfigurationFile.Read(File.ReadAllText(Path.Combine(Fixtures, fixture + ".json")), fixture + ".json", "/etc",
            (world ?? new TestSurroundings()).Build().ForSettings);

    private static SettingsResult<Configuration> Read(string text) =>
        ConfigurationFile.Read(text, "config.json", "/etc", new TestSurroundings().Build().ForSettings);
}
