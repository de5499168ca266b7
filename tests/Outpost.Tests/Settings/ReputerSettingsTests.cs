using System.Numerics;
using Outpost.App;
using Outpost.App.Settings;
using Outpost.Node;
using Outpost.Node.Losses;
using Outpost.Tests.App;

namespace Outpost.Tests.Settings;

public sealed class ReputerSettingsTests
{
    [Fact]
    public void The_smallest_reputer_has_the_defaults_of_the_options()
    {
        var topic = Read(Truth).Configuration!.Node.Topics[0];

        Assert.Null(topic.Inference);
        Assert.IsType<HttpEntrypointOptions>(topic.GroundTruth);
        Assert.Equal(((BigInteger?)null, SmallLoss.Floor), (topic.MinStakeUallo, topic.Losses.Small));
        Assert.Null(topic.Losses.Service ?? topic.Losses.LabeledService);
        Assert.Empty(topic.Losses.Parameters);
    }

    [Fact]
    public void Stake_parameters_and_the_small_loss_are_read()
    {
        var topic = Read(Truth + """
            , "minStakeUallo": 92233720368547758070000, "parameters": { "std": 12.5, "mean": "0" }, "smallLoss": "refuse"
            """).Configuration!.Node.Topics[0];

        Assert.Equal(BigInteger.Parse("92233720368547758070000"), topic.MinStakeUallo);
        Assert.Equal(("12.5", "0"), (topic.Losses.Parameters["std"], topic.Losses.Parameters["mean"]));
        Assert.Equal(SmallLoss.Refuse, topic.Losses.Small);
    }

    [Fact]
    public void A_service_gets_the_parameters_and_how_it_is_asked()
    {
        var losses = Read(Truth + """
            , "parameters": { "loss_method": "czar" }, "service": { "url": "http://l:5000", "labeledUrl": "http://m:5000/x",
              "isNeverNegative": false, "timeout": "2s", "parallel": 8, "attempts": 1 }
            """).Configuration!.Node.Topics[0].Losses;

        Assert.Equal((new Uri("http://l:5000"), new Uri("http://m:5000/x")), (losses.Service!.Url, losses.LabeledService!.Url));
        Assert.Equal("czar", losses.Service.Method["loss_method"]);
        Assert.Equal((false, 2d, 8, 1), (losses.LabeledService.IsNeverNegative, losses.LabeledService.AttemptTimeout.TotalSeconds,
            losses.LabeledService.Parallel, losses.LabeledService.Attempts));
    }

    [Fact]
    public void What_is_left_out_of_a_service_is_the_default_of_the_options_and_is_told()
    {
        var configuration = Read(Truth + """, "service": { "url": "http://l:5000" }""").Configuration!;

        var (service, defaults) = (configuration.Node.Topics[0].Losses.Service!, new LossServiceOptions { Url = new("http://l") });
        Assert.Null(service.IsNeverNegative);
        Assert.Equal((defaults.AttemptTimeout, defaults.Parallel, defaults.Attempts),
            (service.AttemptTimeout, service.Parallel, service.Attempts));
        var told = configuration.Notes.ToDictionary(note => note.Path, note => note.Text);
        Assert.Equal(
            (DurationText.Format(defaults.AttemptTimeout), $"{defaults.Parallel}", $"{defaults.Attempts}"),
            (told["topics[0].reputer.service.timeout"], told["topics[0].reputer.service.parallel"],
                told["topics[0].reputer.service.attempts"]));
    }

    [Fact]
    public void The_environment_reaches_stake_and_service_and_an_inferer_beside_it()
    {
        using var world = new TestSurroundings()
            .With("OUTPOST__TOPICS__0__REPUTER__MINSTAKEUALLO", "7")
            .With("OUTPOST__TOPICS__0__REPUTER__SERVICE__LABELEDURL", "http://l:5000")
            .With("OUTPOST__TOPICS__0__REPUTER__TRUTH__URL", "http://other/")
            .With("OUTPOST__TOPICS__0__INFERER__URL", "http://i/");
        var topic = Read(Truth, world).Configuration!.Node.Topics[0];

        Assert.Equal(7, topic.MinStakeUallo);
        Assert.Equal(new Uri("http://l:5000"), topic.Losses.LabeledService!.Url);
        Assert.Equal("http://other/", Assert.IsType<HttpEntrypointOptions>(topic.GroundTruth).UrlTemplate);
        Assert.NotNull(topic.Inference);
    }

    [Theory]
    [InlineData("""  "smallLoss": "floor" """, "truth: is missing; write where the truth is fetched, such as { \"url\": \"http://…/{TopicId}/{BlockHeight}\" }")]
    [InlineData(Truth + """, "smallLoss": "round" """, "smallLoss: \"round\" is neither; write \"floor\" or \"refuse\"")]
    [InlineData(Truth + """, "minStakeUallo": -1 """, "minStakeUallo: \"-1\" is not such a number; write a whole number")]
    [InlineData(Truth + """, "minStake": 1 """,
        "minStake: unknown key; known here: loss, minStakeUallo, parameters, service, smallLoss, truth")]
    [InlineData(Truth + """, "service": { "timeout": "1s" } """, "service: names no service; write its url, or labeledUrl for a topic with labels")]
    [InlineData(Truth + """, "service": { "url": "l:5000" } """,
        "service.url: \"l:5000\" is not a URL; write such as \"http://127.0.0.1:5000\", or \"builtin\"")]
    [InlineData(Truth + """, "service": { "url": "http://l", "parallel": 300 } """,
        "service.parallel: \"300\" is not such a number; write a whole number from 1 to 256")]
    [InlineData(Truth + """, "service": { "url": "http://l", "attemps": 3 } """, "service.attemps: unknown key; write \"attempts\"")]
    [InlineData(Truth + """, "parameters": { "loss_method": "huber", "delta": 0 } """,
        "parameters: 'delta' of huber is 0: above 0 is wanted; docs/losses.md lists methods and parameters")]
    public void What_is_wrong_with_a_reputer_is_told(string reputer, string problem)
    {
        using var world = new TestSurroundings();
        Assert.Contains($"file.json: topics[0].reputer.{problem}", Read(reputer, world).Problems);
    }

    [Fact]
    public void Losses_come_from_one_place()
    {
        Assert.Contains("file.json: topics[0].reputer: names both a loss and a service; keep one of them",
            Read(Truth + """, "loss": { "command": ["l"] }, "service": { "url": "http://l" } """).Problems);
    }

    [Fact]
    public void An_inferer_that_is_written_empty_is_missed_beside_a_reputer_too()
    {
        using var world = new TestSurroundings();
        var problems = ConfigurationFile.Read("""
            { "chain": { "network": "allora-testnet" }, "key": { "name": "main" },
              "topics": [ { "id": 1, "inferer": {}, "reputer": { "truth": { "url": "http://t/" } } } ] }
            """, "file.json", "/etc", world.Build().ForSettings).Problems;
        Assert.StartsWith("file.json: topics[0].inferer.url: is missing", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_README_shows_a_reputer_that_is_read()
    {
        var block = File.ReadAllText(Repository.File("README.md")).Split("```json\n").Skip(1)
            .Select(rest => rest.Split("```")[0]).Single(json => json.Contains("\"reputer\"", StringComparison.Ordinal));
        using var world = new TestSurroundings();

        var result = ConfigurationFile.Read($$"""
            { "chain": { "network": "allora-testnet" }, "key": { "name": "main" }, "topics": [ {{block}} ] }
            """, "README.md", "/etc", world.Build().ForSettings);

        Assert.Empty(result.Problems);
        Assert.Equal(BigInteger.Pow(10, 18), result.Configuration!.Node.Topics[0].MinStakeUallo);
    }

    private const string Truth = """ "truth": { "url": "http://t/{TopicId}/{BlockHeight}" } """;

    private static SettingsResult<Configuration> Read(string reputer)
    {
        using var world = new TestSurroundings();
        return Read(reputer, world);
    }

    private static SettingsResult<Configuration> Read(string reputer, TestSurroundings world) => ConfigurationFile.Read($$"""
        { "chain": { "network": "allora-testnet" }, "key": { "name": "main" }, "topics": [ { "id": 1, "reputer": { {{reputer}} } } ] }
        """, "file.json", "/etc", world.Build().ForSettings);
}
