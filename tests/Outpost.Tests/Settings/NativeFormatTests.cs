using System.Numerics;
using Outpost.App;
using Outpost.App.Settings;
using Outpost.Chains.Cosmos;
using Outpost.Node;
using Outpost.Tests.App;

namespace Outpost.Tests.Settings;

public sealed class NativeFormatTests
{
    private const string Good = """
        {
          "chain": { "network": "allora-testnet" },
          "key": { "name": "main" },
          "topics": [ { "id": 1, "inferer": { "url": "http://127.0.0.1:8000/inference/{TopicId}/{BlockHeight}" } } ],
        }
        """;

    [Fact]
    public void Reads_the_smallest_file_with_the_defaults_of_the_options()
    {
        var configuration = Read(Good).Configuration!;

        Assert.Equal("allora-testnet-1", configuration.Node.Chain.ChainId);
        Assert.Equal(3, configuration.Node.Chain.Endpoints.Count);
        Assert.Equal(new KeySource.Stored("main", null), configuration.Key);
        Assert.Equal(1.3m, configuration.Node.Lane.GasAdjustment);
        Assert.Null(configuration.Node.Lane.MaxFeeUallo);
        Assert.Equal(TimeSpan.FromSeconds(15), configuration.Node.Topics[0].Inference!.AttemptTimeout);
        Assert.EndsWith("/outpost.db", configuration.Node.JournalPath, StringComparison.Ordinal);
    }

    [Fact]
    public void The_documented_example_is_read_with_every_value_it_names()
    {
        var result = Read(ConfigurationDocument.Example);

        Assert.Empty(result.Problems);
        Assert.Equal(new BigInteger(50_000_000), result.Configuration!.Node.Lane.MaxFeeUallo);
        Assert.Equal("ETH", Assert.IsType<HttpEntrypointOptions>(result.Configuration.Node.Topics[0].Inference).Variables["Token"]);
        Assert.Equal(
            [EndpointKind.Rpc, EndpointKind.Lcd, EndpointKind.Grpc],
            result.Configuration.Node.Chain.Endpoints.Select(endpoint => endpoint.Kind));
    }

    [Fact]
    public void A_model_may_be_asked_ahead_and_a_block_that_is_not_made_yet_is_pointed_out()
    {
        var configuration = Read(Good.Replace("\"inferer\": {", "\"inferer\": { \"ahead\": true,", StringComparison.Ordinal))
            .Configuration!;

        Assert.True(configuration.Node.Topics[0].Inference!.IsAskedAhead);
        var warning = Assert.Single(configuration.Notes, note => note.Kind == NoteKind.Warning);
        Assert.Contains("before {BlockHeight} is made", warning.Text, StringComparison.Ordinal);
        Assert.False(Read(Good).Configuration!.Node.Topics[0].Inference!.IsAskedAhead);
    }

    [Fact]
    public void A_default_of_a_setting_is_the_default_of_the_options()
    {
        var configuration = Read(Good).Configuration!;

        foreach (var note in configuration.Notes.Where(note => note.Kind == NoteKind.Default))
        {
            var said = Read(With(note.Path, note.Text)).Configuration?.Node;
            if (said is not null)
            {
                Assert.Equal(configuration.Node.Lane, said.Lane);
                Assert.Equal(configuration.Node.Chain.AttemptTimeout, said.Chain.AttemptTimeout);
                Assert.Equal(configuration.Node.Topics[0].Inference!.AttemptTimeout,
                    said.Topics[0].Inference!.AttemptTimeout);
                Assert.Equal(configuration.Node.Topics[0].Inference!.RetryDelay, said.Topics[0].Inference!.RetryDelay);
            }
        }
    }

    [Theory]
    [InlineData("\"chain\"", "\"chian\"", "file.json: chian: unknown key; write \"chain\"")]
    [InlineData("\"name\"", "\"nmae\"", "file.json: key.nmae: unknown key; write \"name\"")]
    [InlineData("allora-testnet", "allora-tesnet",
        "file.json: chain.network: \"allora-tesnet\" is no known network; write \"allora-testnet\"")]
    [InlineData("{ \"network\": \"allora-testnet\" }", "{}",
        "file.json: chain.endpoints: names no endpoint; write [ { \"rpc\": \"https://…\" } ], "
        + "or \"network\": \"allora-testnet\"")]
    [InlineData("{ \"network\": \"allora-testnet\" }", "[]", "file.json: chain: is a list, not an object; write { … }")]
    [InlineData("{ \"network\": \"allora-testnet\" }", "{ \"network\": \"allora-testnet\", \"id\": \"other-1\" }",
        "file.json: chain.id: is \"other-1\", but the named network is allora-testnet-1; "
        + "leave out chain.id or chain.network")]
    [InlineData("{ \"name\": \"main\" }", "{}",
        "file.json: key: is missing; "
        + "write one of \"name\" (a key of 'outpost keys new'), \"mnemonicFile\" or \"mnemonic\"")]
    [InlineData("\"name\": \"main\"", "\"name\": \"main\", \"mnemonicFile\": \"a\"",
        "file.json: key: gives more than one key; "
        + "write one of \"name\" (a key of 'outpost keys new'), \"mnemonicFile\" or \"mnemonic\"")]
    [InlineData("\"name\": \"main\"", "\"name\": \"main\", \"name\": \"two\"",
        "file.json: key.name: is given twice; keep one of them")]
    [InlineData("\"name\": \"main\"", "\"name\": \"\"",
        "file.json: key.name: is empty; write a text, or leave the key out")]
    [InlineData("\"name\": \"main\"", "\"name\": \"<your key>\"",
        "file.json: key.name: still holds the placeholder <your key>; write a text")]
    [InlineData("\"id\": 1", "\"id\": 0",
        "file.json: topics[0].id: \"0\" is not such a number; write a whole number from 1")]
    [InlineData("\"id\": 1", "\"id\": \"1\"",
        "file.json: topics[0].id: is a text in quotes; write a whole number from 1")]
    [InlineData("\"id\": 1, ", "", "file.json: topics[0].id: is missing; write the number of an Allora topic")]
    [InlineData("http://127.0.0.1:8000/inference/{TopicId}", "127.0.0.1:8000/{TopicId}",
        "file.json: topics[0].inferer.url: \"127.0.0.1:8000/{TopicId}/{BlockHeight}\" is not a URL; "
        + "write such as \"http://127.0.0.1:8000/inference/{TopicId}/{BlockHeight}\"")]
    [InlineData("{BlockHeight}", "{BlockHieght}",
        "file.json: topics[0].inferer.url: {BlockHieght} is nothing that can be filled in; write {BlockHeight}")]
    [InlineData("{BlockHeight}", "{Token}",
        "file.json: topics[0].inferer.url: {Token} is nothing that can be filled in; give Token in variables")]
    [InlineData("{BlockHeight}\"", "x\", \"timeout\": \"15\"",
        "file.json: topics[0].inferer.timeout: \"15\" is not a duration; write such as \"500ms\", \"15s\" or \"2m\"")]
    [InlineData("{BlockHeight}\"", "x\", \"timeout\": \"1h\"",
        "file.json: topics[0].inferer.timeout: \"1h\" is out of range; write 100ms to 10m")]
    [InlineData("{BlockHeight}\"", "x\", \"variables\": [1]",
        "file.json: topics[0].inferer.variables: is a list; write names with texts")]
    [InlineData("\"key\"", "\"lane\": { \"gasAdjustment\": 11 }, \"key\"",
        "file.json: lane.gasAdjustment: \"11\" is out of range; write a number from 1 to 10")]
    [InlineData("\"key\"", "\"lane\": { \"maxFeeUallo\": 1.5 }, \"key\"",
        "file.json: lane.maxFeeUallo: \"1.5\" is not such a number; write a whole number")]
    [InlineData("\"key\"", "\"lane\": { \"gasPriceUallo\": \"cheap\" }, \"key\"",
        "file.json: lane.gasPriceUallo: is a text in quotes; write a number, or \"auto\"")]
    [InlineData("\"key\"", "\"lane\": { \"submits\": 1 }, \"key\"",
        "file.json: lane.submits: is a number; write true or false")]
    [InlineData("\"key\"", "\"lane\": { \"feeGranter\": \"cosmos1xyz\" }, \"key\"",
        "file.json: lane.feeGranter: \"cosmos1xyz\" is no account of Allora; write an allo1… address")]
    [InlineData("\"topics\": [", "\"topics\": [], \"x\": [",
        "file.json: topics: names nothing to serve; "
        + "write [ { \"id\": 1, \"inferer\": { \"url\": \"http://…/{TopicId}/{BlockHeight}\" } } ]")]
    public void Says_what_is_wrong_and_what_to_write(string good, string bad, string problem)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);

        Assert.Contains(problem, Read(Good.Replace(good, bad, StringComparison.Ordinal)).Problems);
    }

    [Theory]
    [InlineData("\"rpc\": \"rpc.example.org\"",
        "rpc: \"rpc.example.org\" has no scheme; write \"https://rpc.example.org\", or http:// for a node without TLS")]
    [InlineData("\"rpc\": \"tcp://h:26657\"", "rpc: \"tcp\" is not the scheme of an rpc endpoint; write \"http://h:26657\"")]
    [InlineData("\"rpc\": \"wss://h/websocket\"",
        "rpc: \"wss\" is not the scheme of an endpoint; write \"https://h\": the websocket is found from it")]
    [InlineData("\"lcd\": \"ftp://h\"", "lcd: \"ftp\" is not the scheme of an lcd endpoint; write http:// or https://")]
    [InlineData("\"grpc\": \"h\"", "grpc: \"h\" has no port; write \"h:443\" for TLS, or the port of your node (9090)")]
    [InlineData("\"grpc\": \"https://h:443/x\"", "grpc: \"https://h:443/x\" has a path, which gRPC does not; write host:port")]
    [InlineData("\"rpc\": \"http://h\", \"lcd\": \"http://h\"",
        "names more than one endpoint; write one of \"rpc\", \"lcd\" or \"grpc\" in each { }")]
    public void Says_what_is_wrong_with_an_endpoint(string endpoint, string problem)
    {
        var file = Good.Replace("\"network\": \"allora-testnet\"", $"\"endpoints\": [ {{ {endpoint} }} ]",
            StringComparison.Ordinal);

        Assert.Contains(Read(file).Problems, found => found.EndsWith(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("node.example.org:443", "", "https://node.example.org/")]
    [InlineData("10.0.0.5:9090", ", \"grpcInsecure\": true", "http://10.0.0.5:9090/")]
    [InlineData("http://localhost:9090", "", "http://localhost:9090/")]
    public void Reads_grpc_endpoints_with_and_without_a_scheme(string text, string more, string url)
    {
        var file = Good.Replace("\"network\": \"allora-testnet\"",
            $"\"endpoints\": [ {{ \"grpc\": \"{text}\" }} ]{more}",
            StringComparison.Ordinal);

        Assert.Equal(new Uri(url), Read(file).Configuration!.Node.Chain.Endpoints[0].Url);
    }

    [Fact]
    public void Tells_every_problem_at_once()
    {
        var bad = Good.Replace("allora-testnet", "x", StringComparison.Ordinal)
            .Replace("\"id\": 1", "\"id\": -1", StringComparison.Ordinal)
            .Replace("name", "nam", StringComparison.Ordinal);

        Assert.Equal(4, Read(bad).Problems.Count);
    }

    [Fact]
    public void Refuses_the_same_topic_twice()
    {
        var topic = "{ \"id\": 1, \"inferer\": { \"url\": \"http://h/\" } }, { \"id\": 1,";

        Assert.Contains("file.json: topics[1].id: topic 1 is given twice; keep one of them",
            Read(Good.Replace("{ \"id\": 1,", topic, StringComparison.Ordinal)).Problems);
    }

    [Fact]
    public void Names_line_and_column_of_what_is_not_JSON()
    {
        var problem = Assert.Single(Read("{\n  \"chain\": }").Problems);

        Assert.StartsWith("file.json: line 2, column 12: not JSON", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_wrong_word_of_a_mnemonic_and_never_the_rest()
    {
        var file = Good.Replace("\"name\": \"main\"",
            $"\"mnemonic\": \"{string.Join(' ', Enumerable.Repeat("abandon", 11))} abuot\"",
            StringComparison.Ordinal);

        var problem = Assert.Single(Read(file).Problems);

        Assert.StartsWith("file.json: key.mnemonic: ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("abandon abandon", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mnemonic_in_the_file_is_taken_with_a_warning_and_never_printed()
    {
        var phrase = string.Join(' ', Enumerable.Repeat("abandon", 11)) + " about";
        var configuration = Read(Good.Replace("\"name\": \"main\"", $"\"mnemonic\": \"{phrase}\"",
            StringComparison.Ordinal)).Configuration!;

        Assert.Contains(configuration.Notes, note => note is { Kind: NoteKind.Warning, Path: "key.mnemonic" });
        Assert.DoesNotContain("abandon", configuration.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_overrides_single_keys()
    {
        using var world = new TestSurroundings()
            .With("OUTPOST__CHAIN__ATTEMPTTIMEOUT", "2s")
            .With("OUTPOST__LANE__MAXFEEUALLO", "7")
            .With("OUTPOST__LANE__SUBMITS", "false")
            .With("OUTPOST__TOPICS__0__INFERER__URL", "http://other/")
            .With("OUTPOST__KEY__MNEMONICFILE", "/run/secrets/phrase");

        var result = Read(Good, world);

        Assert.Empty(result.Problems);
        var node = result.Configuration!.Node;
        Assert.Equal(TimeSpan.FromSeconds(2), node.Chain.AttemptTimeout);
        Assert.Equal(new BigInteger(7), node.Lane.MaxFeeUallo);
        Assert.False(node.Lane.Submits);
        Assert.Equal("http://other/", Assert.IsType<HttpEntrypointOptions>(node.Topics[0].Inference).UrlTemplate);
        Assert.Equal(new KeySource.MnemonicFile("/run/secrets/phrase"), result.Configuration.Key);
    }

    [Fact]
    public void A_wrong_value_in_the_environment_is_named_there()
    {
        Assert.Equal("environment: OUTPOST__LANE__GASADJUSTMENT: \"much\" is out of range; write a number from 1 to 10",
            Assert.Single(Read(Good, new TestSurroundings().With("OUTPOST__LANE__GASADJUSTMENT", "much")).Problems));
    }

    [Fact]
    public void A_misspelt_name_in_the_environment_is_refused()
    {
        Assert.Equal("environment: OUTPOST__CHIAN__ID: no such setting; write OUTPOST__CHAIN__ID",
            Assert.Single(Read(Good, new TestSurroundings().With("OUTPOST__CHIAN__ID", "x")).Problems));
    }

    private static string With(string path, string text)
    {
        var value = text is "true" or "false" || text[0] is >= '0' and <= '9' && text[^1] is >= '0' and <= '9'
            ? text : $"\"{text}\"";
        var parts = path.Split('.');
        return path switch
        {
            _ when parts[0] == "topics[0]" => Good.Replace("{BlockHeight}\"",
                $"{{BlockHeight}}\", \"{parts[^1]}\": {value}",
                StringComparison.Ordinal),
            _ when parts[0] == "chain" => Good.Replace("allora-testnet\"",
                $"allora-testnet\", \"{parts[^1]}\": {value}",
                StringComparison.Ordinal),
            _ => Good.Replace("\"key\"", $"\"{parts[0]}\": {{ \"{parts[^1]}\": {value} }}, \"key\"",
                StringComparison.Ordinal),
        };
    }

    private static SettingsResult<Configuration> Read(string text, TestSurroundings? world = null) =>
        ConfigurationFile.Read(text, "file.json", "/etc/outpost",
            (world ?? new TestSurroundings()).Build().ForSettings);
}
