using System.Numerics;
using System.Text.Json;
using Outpost.Devnet;

namespace Outpost.Tests.App;

/// <summary>What 'outpost check' finds out about forecasters, reputers and labels, on a devnet.</summary>
public sealed class CheckRolesTests
{
    private static readonly string[] Fields = ["grade", "subject", "text", "fix"];

    private static readonly BigInteger Coins = BigInteger.Pow(10, 12);

    [Fact]
    public async Task A_reputer_is_told_its_stake_what_is_added_and_where_its_losses_come_from()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);

        var findings = await CheckAsync(world, Reputer(world, "\"minStakeUallo\": 25000"), expectedExit: 0);

        Assert.Contains("ok reputer of topic 1 stake 0 of 25,000 uallo, 'outpost run' adds 25,000; "
            + "not registered yet, 'outpost run' does that", findings);
        Assert.Contains("ok losses of topic 1 sqe, built in", findings);
        Assert.Contains(findings, finding => finding.StartsWith("ok ground truth of topic 1 answers 3012.45", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, finding => finding.Contains("model of topic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stake_that_is_there_is_enough_and_without_a_wish_the_chains_least_counts()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null, topic => topic with
        {
            RegisteredReputers = [new GenesisReputer(DevnetWorld.Address, 12_000)],
        });

        var findings = await CheckAsync(world, Reputer(world), expectedExit: 0);

        Assert.Contains("ok reputer of topic 1 stake 12,000 of 10,000 uallo; registered", findings);
    }

    [Fact]
    public async Task Stake_that_is_missing_and_not_to_be_added_is_named()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);

        var findings = await CheckAsync(world, Reputer(world, "\"minStakeUallo\": 0"), expectedExit: 1);

        Assert.Contains("fail reputer of topic 1 stake 0 of 10,000 uallo, and none is added: its losses would be refused "
            + "stake 10,000 uallo by hand, or set reputer.minStakeUallo above 0", findings);
    }

    [Fact]
    public async Task Coins_that_pay_for_the_registration_but_not_for_the_stake_are_too_few()
    {
        await using var world = await DevnetWorld.StartAsync(20_000, blockTime: null);

        var findings = await CheckAsync(
            world, $"\"inferer\": {world.At("")}, {Reputer(world, "\"minStakeUallo\": 25000")}", expectedExit: 1);

        Assert.Contains($"fail account {DevnetWorld.Address} registrations and stake cost 25,400 uallo, and it holds 20,000 "
            + "send 5,400 uallo to it, and some for fees", findings);
    }

    [Fact]
    public async Task A_reputer_that_is_not_whitelisted_is_told()
    {
        await using var world = await DevnetWorld.StartAsync(
            Coins, blockTime: null, topic => topic with { ReputerWhitelist = [] });

        var findings = await CheckAsync(world, Reputer(world), expectedExit: 1);

        Assert.Contains($"fail reputer of topic 1 the account may not submit losses ask the topic's creator to whitelist "
            + DevnetWorld.Address, findings);
    }

    [Theory]
    [InlineData("czar", "fail losses of topic 1 there is no loss method 'czar'")]
    [InlineData("ztae", "fail losses of topic 1 the loss method ztae needs 'std' (above 0)")]
    public async Task A_method_that_cannot_be_computed_is_named(string method, string found)
    {
        await using var world = await DevnetWorld.StartAsync(
            Coins, blockTime: null, topic => topic with { LossMethod = method });

        var findings = await CheckAsync(world, Reputer(world), expectedExit: 1);

        Assert.Contains(findings, finding => finding.StartsWith(found, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "loss": "0.25", "is_never_negative": true }""", 0, "ok losses of topic 1 -0.602059991327962390427477789448986")]
    [InlineData("out of order", 1, "fail losses of topic 1 POST http://")]
    public async Task A_loss_service_is_asked_for_one_loss(string answer, int expectedExit, string found)
    {
        await using var world = await DevnetWorld.StartAsync(
            Coins, blockTime: null, topic => topic with { LossMethod = "czar" });
        world.Answers["losses"] = answer;

        var findings = await CheckAsync(
            world, Reputer(world, $"\"service\": {{ \"url\": \"{world.ModelUrl}losses\", \"attempts\": 1 }}"), expectedExit);

        Assert.Contains(findings, finding => finding.StartsWith(found, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_loss_service_that_is_down_is_not_needed_where_the_method_is_built_in()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);

        var findings = await CheckAsync(world,
            Reputer(world, "\"service\": { \"url\": \"http://127.0.0.1:1\", \"attempts\": 1 }"), expectedExit: 1);

        Assert.Contains(findings, finding => finding.EndsWith(
            "start the loss service, or write \"builtin\" in its place: sqe is built in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_truth_that_is_not_known_yet_is_no_failure()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);
        world.Answers["truth"] = "null";

        var findings = await CheckAsync(world, Reputer(world), expectedExit: 0);

        Assert.Contains(findings, finding => finding.StartsWith("warn ground truth of topic 1 GET", StringComparison.Ordinal)
            && finding.Contains("not known yet", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""[{"label":"up","value":"0.7"},{"label":"down","value":0.3}]""", 0)]
    [InlineData("0.7", 1)]
    public async Task A_topic_that_wants_labels_asks_its_model_for_them(string answer, int expectedExit)
    {
        await using var world = await DevnetWorld.StartAsync(
            Coins, blockTime: null, topic => topic with { IsMulti = true, Labels = ["up", "down"] });
        world.ModelAnswer = answer;

        var findings = await CheckAsync(world, $"\"inferer\": {world.At("")}, {Reputer(world)}", expectedExit);

        Assert.Contains(findings, finding => finding.Contains("it wants labeled values", StringComparison.Ordinal));
        Assert.Equal(expectedExit == 0 ? 2 : 0,
            findings.Count(finding => finding.Contains("""answers {"down":"0.3","up":"0.7"}""", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"up":0.7,"down":0.3}""", "ok", "")]
    [InlineData("""{"UP":0.7,"Down":0.3}""", "ok", "")]
    [InlineData("""{"up":1}""", "warn", "there is no number for 'down'")]
    [InlineData("""{"up":0.7,"flat":0.1,"sideways":0.2}""", "fail", "the topic has no label 'flat', 'sideways', but up, down")]
    public async Task Labels_that_are_missing_or_unknown_are_named_for_model_and_truth(string answer, string grade, string words)
    {
        await using var world = await DevnetWorld.StartAsync(
            Coins, blockTime: null, topic => topic with { IsMulti = true, Labels = ["up", "down"] });
        world.ModelAnswer = answer;

        var findings = await CheckAsync(
            world, $"\"inferer\": {world.At("")}, {Reputer(world)}", expectedExit: grade == "fail" ? 1 : 0);

        Assert.Contains(findings, finding => finding.Contains("it wants labeled values: up, down", StringComparison.Ordinal));
        foreach (var subject in new[] { "model of topic 1", "ground truth of topic 1" })
        {
            var finding = Assert.Single(findings, finding => finding.Contains($"{subject} answers", StringComparison.Ordinal));
            Assert.StartsWith($"{grade} {subject}", finding, StringComparison.Ordinal);
            Assert.Contains(words, finding, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_inference_that_has_to_sum_to_1_is_added_up()
    {
        await using var world = await DevnetWorld.StartAsync(
            Coins, blockTime: null, topic => topic with { IsMulti = true, RequiresUnity = true });
        world.ModelAnswer = """{"up":0.7,"down":0.32}""";

        var findings = await CheckAsync(world, $"\"inferer\": {world.At("")}", expectedExit: 1);

        Assert.Contains(findings, finding => finding.Contains(
            "the labels sum to 1.02, and the topic wants 1 within 0.01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forecaster_alone_is_registered_as_a_worker()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);
        world.Answers["forecasts"] = $$"""{"{{DevnetWorld.Address}}":[0.5]}""";

        var findings = await CheckAsync(world, $"\"forecaster\": {world.At("forecasts/")}", expectedExit: 0);

        Assert.Contains(findings, finding => finding.StartsWith("ok topic 1 ", StringComparison.Ordinal)
            && finding.EndsWith("not registered yet, 'outpost run' does that", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.StartsWith("ok forecasts of topic 1 answers {", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_understood_names_roles_losses_and_stake_and_no_password()
    {
        using var surroundings = new TestSurroundings();
        var config = surroundings.Write("node.json", """
            { "chain": { "network": "allora-testnet" }, "key": { "name": "main" }, "topics": [
              { "id": 3, "inferer": { "url": "http://m/" }, "reputer": { "truth": { "url": "http://t/" }, "smallLoss": "refuse" } },
              { "id": 4, "forecaster": { "url": "http://f/" }, "reputer": { "truth": { "url": "http://t/" }, "minStakeUallo": 5,
                "service": { "url": "http://me:secret@l:5000/x?key=secret" } } } ] }
            """);

        Assert.Equal(0, await surroundings.RunAsync("check", "--offline", "--config", config));

        Assert.Contains("  topic 3     reputer, losses built in, stake as the chain wants it, none sent where a loss is too small\n",
            surroundings.Out, StringComparison.Ordinal);
        Assert.Contains("  topic 4     reputer, loss service http://l:5000/x, stake 5 uallo\n", surroundings.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", surroundings.Out, StringComparison.Ordinal);

        using var json = new TestSurroundings();
        Assert.Equal(0, await json.RunAsync("check", "--offline", "--json", "--config", config));
        using var report = JsonDocument.Parse(json.Out);
        Assert.Equal("""{"3":["inferer","reputer"],"4":["forecaster","reputer"]}""",
            report.RootElement.GetProperty("roles").GetRawText());
    }

    private static string Reputer(DevnetWorld world, string? more = null) =>
        $"\"reputer\": {{ \"truth\": {world.At("truth/")}{(more is null ? "" : $", {more}")} }}";

    private static async Task<List<string>> CheckAsync(DevnetWorld world, string roles, int expectedExit)
    {
        using var surroundings = new TestSurroundings();
        var exit = await surroundings.RunAsync(
            "check", "--json", "--config", surroundings.Write("node.json", world.Config(roles: roles)));

        using var report = JsonDocument.Parse(surroundings.Out);
        List<string> findings = [.. report.RootElement.GetProperty("findings").EnumerateArray().Select(finding => string.Join(' ',
            Fields.Select(name => finding.GetProperty(name).GetString())).TrimEnd())];
        Assert.True(exit == expectedExit, string.Join("\n", findings));
        return findings;
    }
}
