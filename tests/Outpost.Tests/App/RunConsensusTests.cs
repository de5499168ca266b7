using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Outpost.Devnet;

namespace Outpost.Tests.App;

/// <summary>A consensus service inside 'outpost run', with a node and without one.</summary>
public sealed class RunConsensusTests
{
    private const string Id = "6b1f0000-0000-4000-8000-000000000001";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_configuration_serves_a_topic_and_takes_a_vote()
    {
        await using var world = await DevnetWorld.StartAsync(BigInteger.Pow(10, 12), TimeSpan.FromMilliseconds(150));
        await using var source = Source();
        using var surroundings = On(source);
        var node = world.Config().TrimEnd();
        var config = surroundings.Write("both.json", node[..^1] + Consensus(source) + " }");
        Assert.Equal(0, await surroundings.RunAsync("snapshotter", "add", Snapshotter, "--config", config));

        var before = surroundings.Out.Length;
        var running = surroundings.RunAsync("run", "--config", config, "--for", "8s", "--json");
        var (answer, health) = await VoteAsync(surroundings, running);

        Assert.Contains("\"FINALIZED\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"status\":", health, StringComparison.Ordinal);
        Assert.True(await running == 0, surroundings.Error);
        using var line = JsonDocument.Parse(surroundings.Out[before..]);
        Assert.True(line.RootElement.GetProperty("included").GetInt32() > 0);
        Assert.Contains("Epoch 11-20 of 31337/10/2 is released.", surroundings.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_without_topics_runs_nothing_but_the_consensus()
    {
        await using var source = Source();
        using var surroundings = On(source);
        var config = surroundings.Write("outpost.json", $$"""{ {{Consensus(source)}} }""");

        // Without --config it is the file that the run finds too.
        Assert.Equal(0, await surroundings.RunAsync("snapshotter", "add", Snapshotter));
        Assert.True(File.Exists(Path.Combine(surroundings.Home, "votes.db")));
        var running = surroundings.RunAsync("run", "--config", config, "--for", "6s");
        var (answer, health) = await VoteAsync(surroundings, running);

        Assert.Contains("\"FINALIZED\"", answer, StringComparison.Ordinal);
        Assert.Equal("""{"status":"ok","reasons":[]}""", health);
        Assert.True(await running == 0, surroundings.Error);
        Assert.DoesNotContain("no window", surroundings.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_health_tells_of_a_node_that_does_not_watch()
    {
        await using var source = Source();
        using var surroundings = On(source);
        surroundings.Write("phrase.txt", string.Join(' ', Enumerable.Repeat("abandon", 11)) + " about");
        var config = surroundings.Write("both.json", $$"""
            { "chain": { "endpoints": [ { "rpc": "http://127.0.0.1:1" } ] }, "key": { "mnemonicFile": "phrase.txt" },
              "topics": [ { "id": 1, "inferer": { "url": "http://127.0.0.1:1/" } } ], {{Consensus(source)}} }
            """);
        Assert.Equal(0, await surroundings.RunAsync("snapshotter", "add", Snapshotter, "--config", config));

        var running = surroundings.RunAsync("run", "--config", config, "--for", "5s");
        var (answer, health) = await VoteAsync(surroundings, running);

        Assert.Contains("\"FINALIZED\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"degraded\",\"reasons\":[{\"code\":\"node\"", health, StringComparison.Ordinal);
        Assert.Equal(3, await running);
    }

    [Fact]
    public async Task A_consensus_that_cannot_listen_ends_the_run()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        using var surroundings = new TestSurroundings();
        var config = surroundings.Write("outpost.json", $$"""
            { "consensus": { "listen": "{{taken.LocalEndpoint}}" } }
            """);

        Assert.Equal(1, await surroundings.RunAsync("run", "--config", config));
        Assert.Contains($"outpost: Listening on {taken.LocalEndpoint}: ", surroundings.Error, StringComparison.Ordinal);
        Assert.Contains("\"listen\" in the configuration", surroundings.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_knows_the_consensus()
    {
        await using var source = Source();
        using var surroundings = On(source);
        var config = surroundings.Write("outpost.json", $$"""{ {{Consensus(source, chainId: 5)}} }""");

        Assert.Equal(1, await surroundings.RunAsync("check", "--config", config));
        Assert.Contains("consensus   chain 5, epochs of 10 blocks, 2 behind the head, ", surroundings.Out, StringComparison.Ordinal);
        Assert.Contains("ok          store: ", surroundings.Out, StringComparison.Ordinal);
        Assert.Contains("name an endpoint of chain 5, or correct chainId", surroundings.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("account", surroundings.Out, StringComparison.Ordinal);

        surroundings.Write("outpost.json", $$"""{ {{Consensus(source)}} }""");
        Assert.Equal(0, await surroundings.RunAsync("check", "--config", config, "--json"));
        Assert.Contains("\"streams\":[{\"chainId\":31337,", surroundings.Out, StringComparison.Ordinal);
    }

    private static string Snapshotter => $$"""{"alias":"jane","uuid":"{{Id}}","rate_limit":"1000/second"}""";

    private static EvmDevnet Source()
    {
        var source = new EvmDevnet(new EvmDevnetOptions(), TimeProvider.System);
        source.Extend(24);
        return source;
    }

    private static string Consensus(EvmDevnet source, int chainId = 31_337) => $$"""
        "consensus": {
          "listen": "127.0.0.1:0", "store": "votes.db",
          "streams": [ { "chainId": {{chainId}}, "beginBlock": 1, "blockTime": "1s", "endpoints": ["{{source.Nodes[0].Url}}"] } ] }
        """;

    private static TestSurroundings On(EvmDevnet source) => new()
    {
        ChainNetwork = new TwoNetworks(source.Nodes[0].Url.Host, source.Network()),
    };

    /// <summary>Registers, waits for an epoch, and votes.</summary>
    private static async Task<(string Answer, string Health)> VoteAsync(TestSurroundings surroundings, Task running)
    {
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = await AddressAsync(surroundings, running) };
        await PostAsync(client, "/registerProjectPeer", new { projectID = "P", instanceID = Id });
        while ((await client.GetStringOrEmptyAsync("/currentEpoch")).Contains("\"epochEndBlockHeight\":20", StringComparison.Ordinal) is false)
        {
            Assert.False(running.IsCompleted, surroundings.Error);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }

        var answer = await PostAsync(client, "/submitSnapshot",
            new { projectID = "P", instanceID = Id, epoch = new { begin = 11, end = 20 }, snapshotCID = "X" });
        return (answer, await client.GetStringAsync("/health", Stop));
    }

    private static async Task<Uri> AddressAsync(TestSurroundings surroundings, Task running)
    {
        while (true)
        {
            if (Regex.Match(surroundings.Error, "Consensus listens at ([^;]+);") is { Success: true } said)
            {
                return new Uri(said.Groups[1].Value);
            }

            Assert.False(running.IsCompleted, surroundings.Error);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    private static async Task<string> PostAsync(HttpClient client, string path, object body)
    {
        using var content = JsonContent.Create(body);
        using var response = await client.PostAsync(path, content, Stop);
        return await response.Content.ReadAsStringAsync(Stop);
    }

    /// <summary>One host in memory, all others by sockets.</summary>
    private sealed class TwoNetworks(string host, HttpMessageHandler inMemory) : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly HttpMessageInvoker _inMemory = new(inMemory);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.Host == host
                ? _inMemory.SendAsync(request, cancellationToken)
                : base.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _inMemory.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A question whose answer may be a refusal.</summary>
file static class Asking
{
    public static async Task<string> GetStringOrEmptyAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : "";
    }
}
