using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Outpost.Chains.Rpc;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Tests.Node;

namespace Outpost.Tests.Consensus;

/// <summary>Who may call, and how often.</summary>
public sealed class CallerTests
{
    [Fact]
    public async Task The_forty_first_call_in_a_second_is_refused_and_told_when_to_come_back()
    {
        await using var world = await ServiceWorld.StartAsync();
        const string Limit = "10000/day;300/minute;40/second";
        await world.AddAsync("A", Limit);
        await world.RestartAsync();
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(200, (await RegisterAsync(world)).Status);
        }

        using var response = await world.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/registerProjectPeer")
        {
            RequestUri = new Uri("/registerProjectPeer", UriKind.Relative),
            Content = JsonContent.Create(new { projectID = "P", instanceID = ServiceWorld.IdOf("A") }),
        });
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(ServiceWorld.Stop));
        var data = body.RootElement.GetProperty("error").GetProperty("data");
        Assert.Equal("40 per 1 second", data.GetProperty("rate_violated").GetString());
        Assert.Equal(1, data.GetProperty("retry_after").GetInt32());
        Assert.Equal(Limit, data.GetProperty("violating_domain").GetString());

        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await RegisterAsync(world)).Status);
    }

    [Fact]
    public async Task A_disabled_snapshotter_is_refused_and_an_enabled_one_has_its_registrations()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("AB");
        await world.ReleaseAsync(1010);
        await ChangeAsync(world, "A", one => one with { IsActive = false });
        Assert.Equal(
            (401, """{"error":{"details":"illegal peer/instance ID supplied"}}"""), await world.SubmitAsync("A", "X"));
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAsync("B", "X")).Body));

        await ChangeAsync(world, "A", one => one with { IsActive = true });
        await world.ReleaseAsync(1020);
        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.SubmitAsync("B", "X", 1020)).Body));
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAsync("A", "X", 1020)).Body));
    }

    [Fact]
    public async Task A_running_service_notices_a_new_snapshotter_within_a_second()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.AddAsync("A");
        Assert.Equal(401, (await RegisterAsync(world)).Status);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 200 && (await RegisterAsync(world)).Status != 200; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, ServiceWorld.Stop);
        }

        Assert.Equal(200, (await RegisterAsync(world)).Status);
    }

    [Fact]
    public async Task The_instance_id_may_come_in_a_header()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("A");
        await world.ReleaseAsync(1010);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/submitSnapshot", UriKind.Relative))
        {
            Content = JsonContent.Create(
                new { projectID = "P", epoch = new { begin = 1001, end = 1010 }, snapshotCID = "X" }),
        };
        request.Headers.Add("X-Instance-ID", ServiceWorld.IdOf("A"));
        using var response = await world.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Public_callers_have_a_bucket_each_that_no_header_of_theirs_moves()
    {
        await using var world = await ServiceWorld.StartAsync(options => options with { PublicRateLimit = "2/minute" });
        for (var i = 0; i < 4; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics/projects", UriKind.Relative));
            request.Headers.Add("X-Forwarded-For", $"10.0.0.{i}");
            request.Headers.Add("CF-Connecting-IP", $"10.0.0.{i}");
            using var response = await world.SendAsync(request);
            Assert.Equal(i < 2 ? 200 : 429, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_the_address_that_it_appended_counts()
    {
        await using var world = await ServiceWorld.StartAsync(options => options with
        {
            PublicRateLimit = "2/minute",
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
        });
        string[] calls = ["10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.9, 10.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.3"];
        int[] expected = [200, 200, 200, 429, 200, 200];
        foreach (var (forwarded, status) in calls.Zip(expected))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics/projects", UriKind.Relative));
            request.Headers.Add("X-Forwarded-For", forwarded);
            using var response = await world.SendAsync(request);
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    [Fact]
    public void A_flood_of_addresses_finds_a_bound_and_lets_go_of_it()
    {
        var time = new ManualTime();
        Assert.True(RateLimitText.TryParse("1/minute", out var limit, out _));
        var callers = new PublicCallers(limit, [], time);
        var headers = new HeaderDictionary();
        var refused = Enumerable.Range(0, 60_000).Count(i => callers.Add(new IPAddress(i + 1L), headers) is not null);
        Assert.Equal(9_999, refused);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(callers.Add(IPAddress.Parse("10.0.0.1"), headers));
        Assert.NotNull(callers.Add(IPAddress.Parse("10.0.0.1"), headers));
        Assert.Null(callers.Add(IPAddress.Parse("2001:db8::1"), headers));
        Assert.NotNull(callers.Add(IPAddress.Parse("2001:db8::ffff"), headers));
        Assert.Null(callers.Add(IPAddress.Parse("2001:db8:0:1::1"), headers));
    }

    [Fact]
    public async Task Pages_of_other_origins_may_call()
    {
        await using var world = await ServiceWorld.StartAsync();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, new Uri("/submitSnapshot", UriKind.Relative));
        preflight.Headers.Add("Origin", "https://page.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var allowed = await world.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal("content-type", allowed.Headers.GetValues("Access-Control-Allow-Headers").Single());

        using var simple = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics/projects", UriKind.Relative));
        simple.Headers.Add("Origin", "https://page.example");
        using var response = await world.SendAsync(simple);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(4, Guid.Parse(response.Headers.GetValues("X-Request-ID").Single()).Version);
    }

    [Fact]
    public async Task No_instance_id_is_in_the_store()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("A");
        await world.Host.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(world.StorePath)!))
        {
            Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(ServiceWorld.IdOf("A"))));
        }

        await world.StartHostAsync();
    }

    private static Task<(int Status, string Body)> RegisterAsync(ServiceWorld world) =>
        world.PostAsync("/registerProjectPeer", new { projectID = "P", instanceID = ServiceWorld.IdOf("A") });

    private static async Task ChangeAsync(ServiceWorld world, string alias, Func<Snapshotter, Snapshotter> change)
    {
        var registry = await ConsensusStore.OpenRegistryAsync(world.Options.Store, ServiceWorld.Stop);
        var all = await registry.ListAsync(ServiceWorld.Stop);
        Assert.True(await registry.ChangeAsync(change(all.Single(one => one.Alias == alias)), ServiceWorld.Stop));
        await world.RestartAsync();
    }
}
