using System.Text.Json.Nodes;
using Outpost.Devnet.Faults;

namespace Outpost.Tests.App;

/// <summary>'outpost devnet evm'.</summary>
public sealed class DevnetEvmCommandTests
{
    private static readonly string[] AnyPort = ["devnet", "evm", "--port", "0", "--block-time", "10ms"];

    [Fact]
    public async Task Runs_nodes_and_a_plan_and_says_where_they_are_and_what_to_try()
    {
        using var world = new TestSurroundings();
        Assert.Equal(0, await world.RunAsync(
            [.. AnyPort, "--nodes", "2", "--max-blocks", "130", "--fault", "chain-reorganises from=50ms amount=64", "--fault", "rpc-behind@node-2"]));
        Assert.StartsWith("chain 31337, a block every 10ms\n", world.Out, StringComparison.Ordinal);
        Assert.Matches(" node-1  http://127.0.0.1:[0-9]+   ws://127.0.0.1:[0-9]+\n +node-2  http", world.Out);
        Assert.Matches("curl -s -H 'content-type: application/json' http://127.0.0.1:[0-9]+ -d '[{][^']+[}]'\n", world.Out);
        Assert.Matches("block [0-9]+: begins: chain-reorganises from=50ms amount=64\n", world.Out);
        Assert.Matches("block 2[3-9][0-9]: requests so far: node-1 0, node-2 0\n", world.Out);
    }

    [Fact]
    public async Task Json_names_nodes_tokens_and_pairs()
    {
        using var world = new TestSurroundings();
        Assert.Equal(0, await world.RunAsync([.. AnyPort, "--pairs", "5", "--history", "7", "--max-blocks", "2", "--json"]));
        var ready = JsonNode.Parse(world.Out)!;
        Assert.Equal(7, ready["height"]!.GetValue<int>());
        Assert.Equal("node-1", ready["nodes"]![0]!["name"]!.ToString());
        Assert.Equal("WETH", ready["tokens"]![0]!["symbol"]!.ToString());
        Assert.Equal(5, ready["pairs"]!.AsArray().Count);
    }

    [Fact]
    public async Task Lists_what_can_go_wrong()
    {
        using var world = new TestSurroundings();
        Assert.Equal(0, await world.RunAsync("devnet", "evm", "--list-faults"));
        var lines = world.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(EvmFaultKinds.All.Select(kind => kind.Name), lines.Select(line => line.Split(' ')[0]));
    }

    [Theory]
    [InlineData("--pairs 2", "--pairs 2: between 3 and 20000")]
    [InlineData("--pairs 20 --tokens 6", "--tokens 6: these make 15 pairs at most, and --pairs wants 20")]
    [InlineData("--nodes 0", "--nodes 0: between 1 and 20")]
    [InlineData("--block-time soon", "--block-time soon: write a duration")]
    [InlineData("--fault rpc-false-log", "did you mean rpc-false-logs?")]
    [InlineData("--fault tx-evicted", "no fault is called 'tx-evicted'")]
    [InlineData("--fault rpc-prunes@node-2", "there is no node-2")]
    public async Task Says_what_is_wrong_with_the_words(string words, string said)
    {
        using var world = new TestSurroundings();
        Assert.Equal(2, await world.RunAsync(["devnet", "evm", "--port", "0", .. words.Split(' ')]));
        Assert.Contains(said, world.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_command_lines_to_copy()
    {
        using var world = new TestSurroundings();
        Assert.Equal(0, await world.RunAsync("devnet", "evm", "--help"));
        Assert.Contains("outpost devnet evm --fault 'chain-reorganises from=30s amount=64'", world.Out, StringComparison.Ordinal);
    }
}
