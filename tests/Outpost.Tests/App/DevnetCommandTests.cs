using System.Text.Json.Nodes;
using Outpost.Devnet.Faults;

namespace Outpost.Tests.App;

/// <summary>'outpost devnet' with several nodes and with faults.</summary>
public sealed class DevnetCommandTests
{
    private static readonly string[] AnyPorts = ["devnet", "--rpc-port", "0", "--lcd-port", "0", "--grpc-port", "0"];

    [Fact]
    public async Task Lists_what_can_go_wrong()
    {
        using var world = new TestSurroundings();
        Assert.Equal(0, await world.RunAsync("devnet", "--list-faults"));
        var lines = world.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(FaultKind.All.Select(kind => kind.Name), lines.Select(line => line.Split(' ')[0]));
        Assert.Contains(lines, line => line.StartsWith("rpc-stalls", StringComparison.Ordinal)
            && line.Contains("s, 4", StringComparison.Ordinal) && line.EndsWith("0: for ever.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rpc-stals", "did you mean rpc-stalls?")]
    [InlineData("fnds-gone from=3s", "did you mean funds-gone?")]
    [InlineData("socket", "did you mean rpc-silent-socket or rpc-closes-socket?")]
    [InlineData("what", "--list-faults names all")]
    [InlineData("rpc-502@node-3", "there is no node-3: nodes are node-1 to node-2")]
    [InlineData("rpc-502@node-1 from=soon", "'from=soon' is not understood")]
    public async Task Says_what_is_wrong_with_a_fault(string fault, string said)
    {
        using var world = new TestSurroundings();
        Assert.Equal(2, await world.RunAsync([.. AnyPorts, "--nodes", "2", "--fault", fault]));
        Assert.Contains(said, world.Error, StringComparison.Ordinal);
        Assert.Contains($"--fault '{fault}': ", world.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_two_nodes_and_a_plan_and_tells_when_a_fault_begins_and_ends()
    {
        using var world = new TestSurroundings();
        Assert.Equal(0, await world.RunAsync(
        [
            .. AnyPorts, "--nodes", "2", "--block-time", "20ms", "--max-blocks", "40",
            "--fault", "rpc-502@node-2 from=40ms for=100ms", "--fault", "chain-halts from=1h",
        ]));
        Assert.Matches("node-1\n +rpc +http://127.0.0.1:[0-9]+ [^~]*node-2\n +rpc +http://127.0.0.1:[0-9]+", world.Out);
        Assert.Matches("block [0-9]+: begins: rpc-502@node-2 from=40ms for=100ms\n", world.Out);
        Assert.Matches("block [0-9]+: ended: rpc-502@node-2 from=40ms for=100ms\n", world.Out);
        Assert.DoesNotContain("begins: chain-halts", world.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topics_want_labels_and_losses_as_they_are_told()
    {
        using var world = new TestSurroundings();
        string[] few = [.. AnyPorts, "--block-time", "10ms", "--max-blocks", "2"];
        Assert.Equal(0, await world.RunAsync([.. few, "--labels", "up,down", "--loss-method", "bce"]));
        Assert.Contains("open every 12 blocks for 6, with the labels up, down, losses by bce\n", world.Out, StringComparison.Ordinal);
        Assert.Equal(0, await world.RunAsync([.. few, "--labels", "any"]));
        Assert.Contains("for 6, with any labels\n", world.Out, StringComparison.Ordinal);
        Assert.Equal(2, await world.RunAsync([.. few, "--labels", "up,Down"]));
        Assert.Equal(2, await world.RunAsync([.. few, "--labels", "up,up"]));
        Assert.Equal(2, await world.RunAsync([.. few, "--labels", "up", "--emissions", "v9"]));
        Assert.Contains("--labels: v9 has none", world.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_names_all_nodes_and_nothing_else_is_said()
    {
        using var world = new TestSurroundings();
        Assert.Equal(0, await world.RunAsync(
            [.. AnyPorts, "--nodes", "3", "--block-time", "10ms", "--max-blocks", "5", "--fault", "rpc-502", "--json"]));
        var ready = JsonNode.Parse(world.Out)!;
        Assert.Equal(["node-1", "node-2", "node-3"], ready["nodes"]!.AsArray().Select(node => node!["name"]!.ToString()));
        Assert.Equal(ready["rpc"]!.ToString(), ready["nodes"]![0]!["rpc"]!.ToString());
    }

    [Fact]
    public async Task Help_shows_a_fault_to_copy()
    {
        using var world = new TestSurroundings();
        Assert.Equal(0, await world.RunAsync("devnet", "--help"));
        Assert.Contains(
            "outpost devnet --nodes 2 --fault 'rpc-stalls@node-1 from=10s for=30s amount=4s'", world.Out, StringComparison.Ordinal);
    }
}
