using Outpost.App;
using Outpost.App.Settings;
using Outpost.Node;
using Outpost.Tests.App;

namespace Outpost.Tests.Settings;

public sealed class EntrypointSettingsTests
{
    [Fact]
    public void A_module_is_named_by_its_file_beside_the_configuration()
    {
        var module = Assert.IsType<ModuleEntrypointOptions>(
            Inferer("""{ "module": "models/P.dll", "type": "P.Q", "settings": { "a": 1 }, "timeout": "3s", "ahead": true }"""));
        Assert.Equal(("/etc/models/P.dll", "P.Q", "{ \"a\": 1 }"), (module.Path, module.TypeName, module.Settings.ToString()));
        Assert.Equal((3, true), (module.AttemptTimeout.TotalSeconds, module.IsAskedAhead));
    }

    [Theory]
    [InlineData("python3", "python3")]
    [InlineData("./model", "/etc/model")]
    [InlineData("/usr/bin/model", "/usr/bin/model")]
    public void A_program_is_looked_for_along_the_path_unless_it_names_a_folder(string written, string expected)
    {
        var process = Assert.IsType<ProcessEntrypointOptions>(Inferer($$"""{ "command": ["{{written}}", "./a"] }"""));
        Assert.Equal([expected, "./a"], process.Command);
        Assert.Equal("/etc", process.Folder);
    }

    [Fact]
    public void A_ladder_is_read_whole()
    {
        var options = Inferer("""
            { "url": "http://h/{TopicId}", "fallback": { "command": ["b"], "timeout": "2s" }, "lastValue": "30m",
              "sanity": { "distance": 0.000000000000000001, "factor": 3, "act": "stop" } }
            """)!;
        Assert.Equal(2, Assert.IsType<ProcessEntrypointOptions>(options.Fallback).AttemptTimeout.TotalSeconds);
        Assert.Equal(30, options.LastValueMaxAge?.TotalMinutes);
        Assert.Equal(new SanityOptions { MostDistance = 1e-18m, MostFactor = 3, Stops = true }, options.Sanity);
        Assert.False(Inferer("""{ "url": "http://h/", "sanity": { "factor": 3 } }""")!.Sanity!.Stops);
        Assert.Null(Inferer("""{ "url": "http://h/" }""")!.Sanity);
    }

    [Fact]
    public void The_environment_takes_another_way_to_an_answer()
    {
        var world = new TestSurroundings().With("OUTPOST__TOPICS__0__INFERER__URL", "http://other/");
        Assert.IsType<HttpEntrypointOptions>(Read(Topic("""{ "module": "a.dll" }"""), world).Configuration!.Node.Topics[0].Inference);
    }

    [Theory]
    [InlineData("""{ "url": "http://h/", "command": ["a"] }""",
        "topics[0].inferer: names more than one of url, module and command; keep one of them")]
    [InlineData("""{ "url": "http://h/", "type": "T" }""", "topics[0].inferer.type: belongs to a module, and here is a url; take one of them out")]
    [InlineData("""{ "command": ["a"], "variables": { "A": "b" } }""",
        "topics[0].inferer.variables: belongs to a url, and here is a command; take one of them out")]
    [InlineData("""{ "command": "a" }""", "topics[0].inferer.command: is a text in quotes, not texts in quotes in a list; write a list of texts")]
    [InlineData("""{ "module": "a.dll", "settings": 5 }""", "topics[0].inferer.settings: is a number; write an object")]
    [InlineData("""{ "url": "http://h/", "fallback": { "url": "http://h/", "ahead": true } }""",
        "topics[0].inferer.fallback.ahead: unknown key; known here: command, labeledUrl, module, settings, timeout, type, url, variables")]
    [InlineData("""{ "url": "http://h/", "sanity": { "act": "stop" } }""",
        "topics[0].inferer.sanity: does not say what is too far; write a distance, a factor or both")]
    [InlineData("""{ "url": "http://h/", "sanity": { "factor": 2, "act": "panic" } }""",
        "topics[0].inferer.sanity.act: \"panic\" is no act; write \"warn\" or \"stop\"")]
    [InlineData("""{ "url": "http://h/", "lastValue": "25h" }""", "topics[0].inferer.lastValue: \"25h\" is out of range; write 1s to 24h")]
    public void What_is_wrong_with_an_entrypoint_is_told(string inferer, string problem) =>
        Assert.Contains($"file.json: {problem}", Read(Topic(inferer)).Problems);

    [Fact]
    public void Labels_may_be_asked_for_elsewhere_but_by_no_forecaster()
    {
        var result = Read(Topic("""{ "url": "http://h/", "labeledUrl": "http://l/{TopicId}" }, "forecaster": { "url": "http://f/" }"""));
        var inferer = Assert.IsType<HttpEntrypointOptions>(result.Configuration!.Node.Topics[0].Inference);
        Assert.Equal(("http://h/", "http://l/{TopicId}"), (inferer.UrlTemplate, inferer.LabeledUrlTemplate));

        Assert.Contains("file.json: topics[0].forecaster.labeledUrl: is never asked: forecasts have no labels; take it out",
            Read(Topic("""{ "url": "http://h/" }, "forecaster": { "url": "http://f/", "labeledUrl": "http://l/" }""")).Problems);
    }

    [Fact]
    public void A_topic_may_be_served_in_every_role_at_once()
    {
        var result = Read(Topic("""
            { "url": "http://h/" }, "forecaster": { "url": "http://f/", "lastValue": "1m" },
            "reputer": { "truth": { "url": "http://t/" }, "loss": { "module": "l.dll" } }
            """));
        var topic = result.Configuration!.Node.Topics[0];
        Assert.IsType<HttpEntrypointOptions>(topic.Inference);
        Assert.IsType<HttpEntrypointOptions>(topic.Forecast);
        Assert.IsType<HttpEntrypointOptions>(topic.GroundTruth);
        Assert.IsType<ModuleEntrypointOptions>(topic.Loss);
        Assert.DoesNotContain(result.Configuration.Notes, note => note.Kind == NoteKind.Warning);
    }

    [Theory]
    [InlineData("""{ "url": "http://h/" }, "reputer": { "truth": { "url": "http://t/", "lastValue": "1m" } }""", "truth.lastValue: unknown key")]
    [InlineData("""{ "url": "http://h/" }, "reputer": { "loss": { "url": "http://t/" } }""", "loss.url: losses behind a URL are a service; write reputer.service.url")]
    [InlineData("""{ "url": "http://h/" }, "forecaster": { "url": "http://t/", "sanity": { "factor": 2 } }""", "forecaster.sanity: unknown key")]
    public void A_role_takes_only_what_means_something_for_it(string inferer, string problem) =>
        Assert.Contains(Read(Topic(inferer)).Problems, found => found.Contains(problem, StringComparison.Ordinal));

    private static EntrypointOptions? Inferer(string json) => Read(Topic(json)).Configuration?.Node.Topics[0].Inference;

    private static string Topic(string inferer) => $$"""
        { "chain": { "network": "allora-testnet" }, "key": { "name": "main" }, "topics": [ { "id": 1, "inferer": {{inferer}} } ] }
        """;

    private static SettingsResult<Configuration> Read(string text, TestSurroundings? world = null) =>
        ConfigurationFile.Read(text, "file.json", "/etc", (world ?? new TestSurroundings()).Build().ForSettings);
}
