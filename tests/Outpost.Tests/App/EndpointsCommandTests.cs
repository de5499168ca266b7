using System.Numerics;
using System.Text.Json;
using Outpost.Tests.Rpc;

namespace Outpost.Tests.App;

public sealed class EndpointsCommandTests
{
    [Fact]
    public async Task Without_a_node_each_endpoint_is_asked_once_and_told_with_what_is_wrong()
    {
        await using var good = await FakeNode.StartAsync();
        await using var syncing = await FakeNode.StartAsync(node => node.IsSyncing = true);
        using var surroundings = new TestSurroundings();
        var config = surroundings.Write("node.json", Config(good.Url, syncing.Url, new Uri("http://127.0.0.1:9/secret")));

        Assert.Equal(0, await surroundings.RunAsync("endpoints", "--config", config));

        var lines = surroundings.Out.Split('\n');
        Assert.StartsWith("No node runs with ", lines[0], StringComparison.Ordinal);
        Assert.Contains(" working ", lines[2], StringComparison.Ordinal);
        Assert.Contains(" syncing ", lines[3], StringComparison.Ordinal);
        Assert.Contains("the node is still catching up (block 10)", lines[4], StringComparison.Ordinal);
        Assert.Contains(" unreachable ", lines[5], StringComparison.Ordinal);
        Assert.DoesNotContain("secret", surroundings.Out, StringComparison.Ordinal);
        Assert.Equal((1, 1), (good.Calls.Count, syncing.Calls.Count));
    }

    [Fact]
    public async Task Fails_when_no_endpoint_works_and_says_that_there_is_nobody_to_cordon_one()
    {
        using var surroundings = new TestSurroundings();
        var config = surroundings.Write("node.json", Config(new Uri("http://127.0.0.1:9")));

        Assert.Equal(1, await surroundings.RunAsync("endpoints", "--config", config, "--json"));
        using var shown = JsonDocument.Parse(surroundings.Out);
        Assert.False(shown.RootElement.GetProperty("running").GetBoolean());
        Assert.Equal("unreachable", StateOf(shown, 0));

        Assert.Equal(1, await surroundings.RunAsync("endpoints", "cordon", "1", "--config", config));
        Assert.Contains("no node runs with the journal", surroundings.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_node_shows_its_endpoints_and_takes_one_out_and_puts_it_back()
    {
        await using var world = await DevnetWorld.StartAsync(BigInteger.Pow(10, 12), TimeSpan.FromMilliseconds(150));
        using var node = new TestSurroundings();
        var config = node.Write("node.json", Config(world.Chain.Rpc, new Uri("http://127.0.0.1:9")));
        var running = node.RunAsync("run", "--config", config, "--for", "12s");

        while (await StateAsync(config, "endpoints") != (true, "working"))
        {
            Assert.False(running.IsCompleted, node.Error);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal((true, "cordoned"), await StateAsync(config, "endpoints", "cordon", world.Chain.Rpc.AbsoluteUri));
        Assert.Equal((true, "cordoned"), await StateAsync(config, "endpoints"));
        using var wrong = new TestSurroundings();
        Assert.Equal(1, await wrong.RunAsync("endpoints", "cordon", "7", "--config", config));
        Assert.Contains("there is no endpoint '7'", wrong.Error, StringComparison.Ordinal);
        Assert.Equal("new", (await StateAsync(config, "endpoints", "uncordon", "1")).State);
        while (await StateAsync(config, "endpoints") != (true, "working"))
        {
            Assert.False(running.IsCompleted, node.Error);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await running;
        Assert.False(File.Exists(Path.Combine(node.Home, "outpost.db.sock")));
    }

    private static async Task<(bool IsRunning, string? State)> StateAsync(string config, params string[] command)
    {
        using var surroundings = new TestSurroundings();
        await surroundings.RunAsync([.. command, "--config", config, "--json"]);
        Assert.Equal("", surroundings.Error);
        using var shown = JsonDocument.Parse(surroundings.Out);
        return (shown.RootElement.GetProperty("running").GetBoolean(), StateOf(shown, 0));
    }

    private static string? StateOf(JsonDocument shown, int index) =>
        shown.RootElement.GetProperty("endpoints")[index].GetProperty("state").GetString();

    private static string Config(params Uri[] endpoints) => $$"""
        {
          "chain": { "endpoints": [ {{string.Join(", ", endpoints.Select(url => $"{{ \"rpc\": \"{url}\" }}"))}} ] },
          "key": { "mnemonic": "{{string.Join(' ', Enumerable.Repeat("abandon", 11))}} about" },
          "topics": [ { "id": 1, "inferer": { "url": "http://127.0.0.1:9/{TopicId}" } } ],
          "journal": "outpost.db"
        }
        """;
}
