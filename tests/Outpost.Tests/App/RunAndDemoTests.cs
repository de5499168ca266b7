using System.Numerics;
using System.Text.Json;

namespace Outpost.Tests.App;

public sealed class RunAndDemoTests
{
    [Fact]
    public async Task A_demo_meets_its_windows_and_says_so_in_one_line()
    {
        using var surroundings = new TestSurroundings();

        var exit = await surroundings.RunAsync("demo", "--for", "8s", "--json", "--block-time", "200ms", "--seed", "7");

        using var line = JsonDocument.Parse(surroundings.Out);
        Assert.Equal("", surroundings.Error);
        Assert.Equal(0, exit);
        Assert.True(line.RootElement.GetProperty("included").GetInt32() > 0);
        Assert.Equal(0, line.RootElement.GetProperty("missed").GetInt32());
        Assert.InRange(line.RootElement.GetProperty("marginP50").GetDouble(), 0.01, 1);
    }

    [Fact]
    public async Task A_demo_shows_what_a_reputer_earns()
    {
        using var surroundings = new TestSurroundings();

        var exit = await surroundings.RunAsync("demo", "--for", "10s", "--block-time", "150ms", "--topics", "1", "--seed", "7");

        Assert.True(exit == 0, surroundings.Out);
        Assert.Contains(" reputer, topic 1, block 18: truth ", surroundings.Out, StringComparison.Ordinal);
        Assert.Matches(
            "topic 1, block 18 is settled: this account gets .* ALLO as inferer .* and 0.000[1-9].* ALLO as reputer \\(score [1-9]",
            surroundings.Out);
        var paid = surroundings.Out[surroundings.Out.IndexOf("topic 1 paid\n", StringComparison.Ordinal)..];
        Assert.Matches("  this account: inferer .*reputer 0.00.* ALLO, score", paid);
        Assert.Contains("  a careless neighbour: ", paid, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_serves_a_configuration_against_a_chain_behind_a_URL()
    {
        await using var world = await DevnetWorld.StartAsync(BigInteger.Pow(10, 12), TimeSpan.FromMilliseconds(150));
        using var surroundings = new TestSurroundings();
        var config = surroundings.Write("node.json", world.Config());

        var exit = await surroundings.RunAsync("run", "--config", config, "--for", "7s", "--json", "--log-format",
            "json");

        using var line = JsonDocument.Parse(surroundings.Out);
        Assert.Equal(0, exit);
        Assert.Contains(world.Chain.Observer.Admitted, admitted => admitted.Name.Worker == DevnetWorld.Address);
        Assert.Equal(world.Chain.Observer.Admitted.Count, line.RootElement.GetProperty("included").GetInt32());
        Assert.All(surroundings.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), text =>
        {
            using var entry = JsonDocument.Parse(text);
            Assert.NotEqual("", entry.RootElement.GetProperty("message").GetString());
        });
    }

    [Fact]
    public async Task A_run_that_saw_no_window_is_not_called_good()
    {
        using var surroundings = new TestSurroundings();
        surroundings.Write("phrase.txt", string.Join(' ', Enumerable.Repeat("abandon", 11)) + " about");
        var config = surroundings.Write("node.json", """
            { "chain": { "endpoints": [ { "rpc": "http://127.0.0.1:1" } ] },
              "key": { "mnemonicFile": "phrase.txt" },
              "topics": [ { "id": 1, "inferer": { "url": "http://127.0.0.1:1/" } } ] }
            """);

        Assert.Equal(3, await surroundings.RunAsync("run", "--config", config, "--for", "1s"));
        Assert.Equal("no window was decided\n", surroundings.Out);
        Assert.Contains("No endpoint can be used yet", surroundings.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_without_its_key_starts_nothing()
    {
        using var surroundings = new TestSurroundings();

        Assert.Equal(2, await surroundings.RunAsync(
            "run", "--config", Repository.File("samples", "configs", "testnet.json")));
        Assert.Contains("holds no key \"main\"; run 'outpost keys new main'", surroundings.Error,
            StringComparison.Ordinal);
    }
}
