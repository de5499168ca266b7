using System.Numerics;
using System.Text.Json;

namespace Outpost.Tests.App;

public sealed class CheckCommandTests
{
    private static readonly string[] Fields = ["grade", "subject", "text", "fix"];

    private static readonly BigInteger Coins = BigInteger.Pow(10, 12);

    [Fact]
    public async Task All_is_well_on_a_devnet_with_a_funded_account_and_a_model()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);

        var findings = await CheckAsync(world.Config(), expectedExit: 0);

        Assert.All(findings, finding => Assert.StartsWith("ok ", finding, StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Contains("outpost-devnet-1, block 1,", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Contains("holds 1,000,000,000,000 uallo", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Contains("opens every 12 blocks for 6", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Contains("answers 3012.45 for block 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_is_named()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);

        var findings = await CheckAsync(world.Config(chainId: "allora-testnet-1"), expectedExit: 1);

        Assert.Contains(findings, finding => finding.StartsWith("fail rpc http://127.0.0.1", StringComparison.Ordinal)
            && finding.Contains("outpost-devnet-1", StringComparison.Ordinal)
            && finding.EndsWith("name an endpoint of allora-testnet-1, or correct chain.id", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_endpoint_is_named_with_what_to_look_at()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);

        var findings = await CheckAsync(world.Config(rpc: "http://127.0.0.1:1"), expectedExit: 1);

        Assert.Contains(findings, finding => finding.StartsWith("fail rpc http://127.0.0.1:1", StringComparison.Ordinal)
            && finding.Contains("check the address and the port", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_without_coins_is_told_where_to_send_them()
    {
        await using var world = await DevnetWorld.StartAsync(0, blockTime: null);

        var findings = await CheckAsync(world.Config(), expectedExit: 1);

        Assert.Contains(findings, finding => finding.StartsWith(
            $"fail account {DevnetWorld.Address} holds 0 uallo send uallo to it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_told()
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);

        var findings = await CheckAsync(world.Config(topic: 99), expectedExit: 1);

        Assert.Contains("fail topic 99 does not exist on outpost-devnet-1 correct the topic's number, or the chain", findings);
    }

    [Theory]
    [InlineData("<html><body>502</body></html>")]
    [InlineData("NaN")]
    [InlineData("")]
    public async Task A_model_that_gives_no_number_is_shown_with_its_answer(string answer)
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);
        world.ModelAnswer = answer;

        var findings = await CheckAsync(world.Config(), expectedExit: 1);

        Assert.Contains(findings, finding => finding.StartsWith("fail model of topic 1 GET http://", StringComparison.Ordinal)
            && finding.EndsWith("Let the model answer with a plain number, such as 3012.45.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "this machine is 60 minutes ahead of the newest block")]
    [InlineData(-1, "this machine is 60 minutes behind the newest block")]
    public async Task A_clock_that_is_off_by_an_hour_is_told(int hours, string text)
    {
        await using var world = await DevnetWorld.StartAsync(Coins, blockTime: null);

        var findings = await CheckAsync(world.Config(), expectedExit: 0, new SkewedTime(TimeSpan.FromHours(hours)));

        Assert.Contains(findings, finding => finding.StartsWith($"warn clock {text}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_mnemonic_in_a_file_is_wrong_configuration()
    {
        using var surroundings = new TestSurroundings();
        surroundings.Write("phrase.txt", "abandon abandon abuot");
        var config = surroundings.Write("node.json", """
            { "chain": { "network": "allora-testnet" }, "key": { "mnemonicFile": "phrase.txt" },
              "topics": [ { "id": 1, "inferer": { "url": "http://127.0.0.1:1/" } } ] }
            """);

        Assert.Equal(2, await surroundings.RunAsync("check", "--config", config));
        Assert.StartsWith($"{config}: key: ", surroundings.Error, StringComparison.Ordinal);
    }

    private static async Task<List<string>> CheckAsync(string config, int expectedExit, TimeProvider? time = null)
    {
        using var surroundings = new TestSurroundings { Time = time ?? TimeProvider.System };

        var exit = await surroundings.RunAsync("check", "--json", "--config", surroundings.Write("node.json", config));

        Assert.Equal(expectedExit, exit);
        using var report = JsonDocument.Parse(surroundings.Out);
        return [.. report.RootElement.GetProperty("findings").EnumerateArray().Select(finding => string.Join(' ',
            Fields.Select(name => finding.GetProperty(name).GetString()))
            .TrimEnd())];
    }

    private sealed class SkewedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
