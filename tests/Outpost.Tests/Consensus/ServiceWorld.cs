using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Tests.Node;

namespace Outpost.Tests.Consensus;

/// <summary>A consensus service on a free port with a store on disk, a clock that the test moves, and clients.</summary>
internal sealed class ServiceWorld : IAsyncDisposable
{
    public static readonly EpochStream Stream = new(1, 10, 2);
    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-test-").FullName;
    private readonly HttpClient _client = new(new SocketsHttpHandler());

    public ManualTime Time { get; } = new();

    public ConsensusHost Host { get; private set; } = null!;

    public ConsensusOptions Options { get; set; } = new();

    public string StorePath => Path.Combine(_folder, "consensus.db");

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ServiceWorld> StartAsync(Func<ConsensusOptions, ConsensusOptions>? with = null)
    {
        var world = new ServiceWorld();
        world.Options = new ConsensusOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Store = world.StorePath,
            Streams = [Stream],
        };
        world.Options = with?.Invoke(world.Options) ?? world.Options;
        await world.StartHostAsync();
        return world;
    }

    public async Task StartHostAsync() => Host = await ConsensusHost.StartAsync(
        Options, Time, new Random(1), NullLoggerFactory.Instance, Stop);

    public async Task RestartAsync()
    {
        await Host.DisposeAsync();
        await StartHostAsync();
    }

    /// <summary>The instance id that the helpers give to a snapshotter.</summary>
    public static string IdOf(string alias) => $"uuid-of-{alias}";

    /// <summary>Adds a snapshotter to the store before the service starts anew.</summary>
    public async Task AddAsync(string alias, string limit = "1000000/second")
    {
        var registry = await ConsensusStore.OpenRegistryAsync(Options.Store, Stop);
        Assert.True(await registry.AddAsync(
            new Snapshotter(0, alias)
            {
                InstanceHash = InstanceId.Hash(System.Text.Encoding.UTF8.GetBytes(IdOf(alias))),
                RateLimit = limit,
                AddedAt = Time.GetUtcNow(),
            }, Stop));
    }

    /// <summary>Snapshotters A, B, C… that are registered for project P.</summary>
    public async Task RegisterAsync(string aliases, string project = "P")
    {
        foreach (var alias in aliases)
        {
            await AddAsync(alias.ToString());
        }

        await RestartAsync();
        foreach (var alias in aliases)
        {
            var (status, body) = await PostAsync(
                "/registerProjectPeer", new { projectID = project, instanceID = IdOf(alias.ToString()) });
            Assert.Equal((200, "null"), (status, body));
        }
    }

    public Task ReleaseAsync(long end) =>
        Host.Epochs.ReleaseAsync(Stream, new Epoch(end - 9, end), "0xabc", Stop);

    public Task<(int Status, string Body)> SubmitAsync(string alias, string cid, long end = 1010, string project = "P") =>
        PostAsync("/submitSnapshot", Snapshot(alias, cid, end, project));

    public static object Snapshot(string alias, string cid, long end = 1010, string project = "P") => new
    {
        instanceID = IdOf(alias),
        projectID = project,
        epoch = new { begin = end - 9, end },
        snapshotCID = cid,
    };

    /// <summary>Moves the clock, and waits until the service has done what that made due.</summary>
    public async Task PassAsync(TimeSpan time, long end = 1010)
    {
        Time.Advance(time);
        var project = await Host.Store.ProjectAsync("P", Stop);
        for (var i = 0; project is not null && i < 1000; i++)
        {
            var round = await Host.Store.RoundAsync(new RoundKey(project.Id, end), Stop);
            if (round is null or { Decision: not null } || round.ClosesAt >= Time.GetUtcNow())
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }
    }

    /// <summary>A vote at one of several services.</summary>
    public Task<(int Status, string Body)> SubmitAtAsync(ConsensusHost host, string alias, string cid) =>
        PostAsync(new Uri(host.Address, "/submitSnapshot").ToString(), Snapshot(alias, cid));

    public async Task<(int Status, string Body)> PostAsync(string path, object body)
    {
        using var content = body is string text
            ? new StringContent(text, System.Text.Encoding.UTF8, "application/json")
            : (HttpContent)JsonContent.Create(body);
        using var response = await _client.PostAsync(new Uri(Host.Address, path), content, Stop);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(Host.Address, path), Stop);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.RequestUri = new Uri(Host.Address, request.RequestUri!);
        return await _client.SendAsync(request, Stop);
    }

    public static string StatusOf(string body) => JsonDocument.Parse(body).RootElement.GetProperty("status").GetString()!;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
