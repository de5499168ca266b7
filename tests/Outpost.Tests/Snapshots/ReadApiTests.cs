using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Node.Reading;
using Outpost.Node.Snapshots;

namespace Outpost.Tests.Snapshots;

/// <summary>What can be read of a series of the epochs 0 to 9, of which epoch 5 is a gap; epochs end each 120 s.</summary>
public sealed class ReadApiTests : IDisposable
{
    private readonly SeriesStore _world = new();
    private readonly ReadRoutes _routes;

    public ReadApiTests()
    {
        for (var number = 0; number < 10; number++)
        {
            _world.Put(SeriesStore.Pair, number, number == 5 ? null : new JsonObject
            {
                ["trade"] = JsonNode.Parse($"{number}.{number}"),
                ["other, \"odd\""] = number % 3,
                ["name"] = "A",
            });
        }

        _routes = new ReadRoutes(_world.Store, new EpochScale(0, TimeSpan.FromSeconds(12)), [Id, SeriesStore.Other.Id]);
    }

    private static string Id => SeriesStore.Pair.Id;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Tells_of_epochs_and_projects()
    {
        Assert.Equal("""{"status":"OK"}""", Text("/health"));
        Assert.Equal($"""["{Id}","{SeriesStore.Other.Id}"]""", Text("/projects"));
        const string newest = """{"epochId":9,"begin":90,"end":99,"epochEnd":99,"blocknumber":99,"timestamp":1188}""";
        Assert.Equal(newest, Text("/current_epoch"));
        Assert.Equal(newest, Text("/epoch/9"));
        Assert.Equal(404, Get("/epoch/10").Status);
        Assert.Equal(404, Get("/epoch/-1").Status);
        Assert.Equal(404, Get("/epoch/99999999999999999999").Status);
        Assert.Equal(404, Get("/nothing").Status);
    }

    [Fact]
    public void Tells_what_is_finalized()
    {
        Assert.Equal(404, Get($"/last_finalized_epoch/{Id}").Status);
        var entry = _world.Store.Entries(SeriesStore.At(7)).Single();
        _world.Store.Advance([entry with { State = SnapshotState.Finalized, FinalizedCid = entry.Cid }]);

        Assert.Equal(7, (int)JsonNode.Parse(Text($"/last_finalized_epoch/{Id}"))!["epochId"]!);
        Assert.Equal(404, Get("/last_finalized_epoch/unknown").Status);
    }

    [Fact]
    public void Gives_a_snapshot_and_its_name_as_they_are_voted_on()
    {
        Assert.Equal("""{"name":"A","other, \"odd\"":1,"trade":4.4}""", Text($"/data/4/{Id}"));
        Assert.Equal($"\"{SnapshotBytes.Of(JsonNode.Parse(Text($"/data/4/{Id}"))!.AsObject()).Cid}\"", Text($"/cid/4/{Id}"));
        Assert.Equal(404, Get($"/data/5/{Id}").Status);
        Assert.Equal(404, Get($"/cid/5/{Id}").Status);
        Assert.Equal(404, Get($"/data/4/{SeriesStore.Other.Id}").Status);
    }

    [Fact]
    public void Says_when_the_round_was_decided_for_what_is_not_here()
    {
        var entry = _world.Store.Entries(SeriesStore.At(7)).Single();
        _world.Store.Advance([entry with { State = SnapshotState.Outvoted, FinalizedCid = "bafkreiother" }]);

        Assert.Equal("\"bafkreiother\"", Text($"/cid/7/{Id}"));
        Assert.Equal(404, Get($"/data/7/{Id}").Status);
        Assert.Contains("bafkreiother", Text($"/data/7/{Id}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_series_shows_its_epochs_with_their_gaps()
    {
        var series = JsonNode.Parse(Text($"/series/{Id}?from=4&to=6&fields=trade,missing"))!;

        Assert.Equal((Id, "epoch", 1), ((string)series["project"]!, (string)series["unit"]!, (int)series["page"]!));
        Assert.Null(series["next"]);
        var points = series["points"]!.AsArray();
        Assert.Equal([4, 5, 6], points.Select(point => (int)point!["epochId"]!));
        Assert.Equal([49, 59, 69], points.Select(point => (int)point!["end"]!));
        Assert.Equal([588, 708, 828], points.Select(point => (int)point!["timestamp"]!));
        Assert.Equal(["computed", "opened", "computed"], points.Select(point => (string)point!["state"]!));
        Assert.Null(points[1]!["cid"]);
        Assert.Equal(
            ["""{"trade":4.4,"missing":null}""", """{"trade":null,"missing":null}""", """{"trade":6.6,"missing":null}"""],
            points.Select(point => point!["values"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("from=0&to=9&step=4", "0-3:4:6.6 4-7:3:18.7 8-9:2:18.7")]
    [InlineData("from=0&to=9&aggregate=sum", "0-9:9:44")]
    [InlineData("from=4&to=6&aggregate=avg", "4-6:2:5.5")]
    [InlineData("from=0&to=2&aggregate=avg", "0-2:3:1.1")]
    [InlineData("from=1&to=9&step=5&aggregate=min", "1-5:4:1.1 6-9:4:6.6")]
    [InlineData("from=1&to=9&step=5&aggregate=max", "1-5:4:4.4 6-9:4:9.9")]
    [InlineData("from=1&to=9&step=5&aggregate=last", "1-5:4:4.4 6-9:4:9.9")]
    [InlineData("from=5&to=5&aggregate=last", "5-5:0:")]
    [InlineData("from=20&to=30&step=1", "")]
    [InlineData("unit=block&from=0&to=99&step=50", "0-49:5:11 50-99:4:33")]
    [InlineData("unit=block&from=9&to=18&aggregate=sum", "9-18:1:0")]
    [InlineData("unit=time&from=0&to=1188&step=600", "0-599:5:11 600-1188:4:33")]
    [InlineData("unit=time&from=589&to=828&aggregate=sum", "589-828:1:6.6")]
    public void Steps_are_aggregated_in_any_unit(string query, string expected)
    {
        var points = JsonNode.Parse(Text($"/series/{Id}?fields=trade&{query}"))!["points"]!.AsArray()
            .Select(point => $"{point!["from"]}-{point["to"]}:{point["epochs"]}:{point["values"]!["trade"]?.ToJsonString()}");

        Assert.Equal(expected, string.Join(' ', points));
    }

    [Fact]
    public void Pages_follow_one_another_to_the_end()
    {
        foreach (var query in new[] { "limit=4", "limit=4&step=1&aggregate=last", "limit=5", "limit=3&format=ndjson" })
        {
            var seen = new List<int>();
            var next = $"/series/{Id}?from=0&{query}";
            while (next is not null)
            {
                Assert.True(seen.Count < 10, "There is no end.");
                var answer = Get(next);
                var points = query.Contains("ndjson", StringComparison.Ordinal)
                    ? Encoding.UTF8.GetString(answer.Body).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))
                    : JsonNode.Parse(answer.Body)!["points"]!.AsArray();
                seen.AddRange(points.Select(point => (int)(point!["epochId"] ?? point["from"])!));
                next = answer.Next;
            }

            Assert.Equal(Enumerable.Range(0, 10), seen);
        }
    }

    [Fact]
    public void Without_a_range_it_is_the_newest_hundred_epochs()
    {
        for (var number = 10; number < 130; number++)
        {
            _world.Put(SeriesStore.Pair, number, new JsonObject { ["trade"] = 1 });
        }

        foreach (var unit in new[] { "epoch", "block", "time" })
        {
            var points = JsonNode.Parse(Text($"/series/{Id}?unit={unit}"))!["points"]!.AsArray();
            Assert.Equal((100, 30, 129), (points.Count, (int)points[0]!["epochId"]!, (int)points[^1]!["epochId"]!));
        }
    }

    [Fact]
    public void Tables_are_quoted_where_they_must_be()
    {
        Assert.Equal(
            "from,to,epochs,\"other, \"\"odd\"\"\",trade\r\n4,5,1,1,4.4\r\n6,7,2,1,14.3\r\n",
            Text($"/series/{Id}?from=4&to=7&step=2&format=csv"));
        Assert.Equal(
            ["epochId,begin,end,timestamp,state,cid,reason,trade", "5,50,59,708,opened,,,"],
            Text($"/series/{Id}?from=5&to=5&format=csv&fields=trade").Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("step=0", "step")]
    [InlineData("from=5&to=4", "from")]
    [InlineData("from=x", "from")]
    [InlineData("unit=days", "unit")]
    [InlineData("aggregate=median", "aggregate")]
    [InlineData("limit=1001", "limit")]
    [InlineData("page=0", "page")]
    [InlineData("form=1", "form")]
    [InlineData("from=99999999999999999999", "from")]
    public void What_cannot_be_answered_is_refused_with_its_name(string query, string name)
    {
        var answer = Get($"/series/{Id}?{query}");

        Assert.Equal(400, answer.Status);
        Assert.Contains(name, (string)JsonNode.Parse(answer.Body)!["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listens_and_can_only_be_read()
    {
        await using var api = await ReadApi.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), _routes, NullLoggerFactory.Instance, Token);
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = api.Address };

        using var page = await client.GetAsync(new Uri($"/series/{Id}?from=0&limit=4", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("*", page.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(
            $"</series/{Id}?limit=4&from=0&to=9&page=2>; rel=\"next\"", page.Headers.GetValues("Link").Single());
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/health"), Token);
        Assert.Equal(15, head.Content.Headers.ContentLength);
        using var post = await client.PostAsync(new Uri("/health", UriKind.Relative), null, Token);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        await Assert.ThrowsAnyAsync<IOException>(() => ReadApi.StartAsync(
            (IPEndPoint)taken.LocalEndpoint, _routes, NullLoggerFactory.Instance, Token));
    }

    private ReadAnswer Get(string pathAndQuery)
    {
        var parts = pathAndQuery.Split('?', 2);
        return _routes.Answer(parts[0], new QueryCollection(QueryHelpers.ParseQuery(parts.ElementAtOrDefault(1))));
    }

    private string Text(string pathAndQuery) => Encoding.UTF8.GetString(Get(pathAndQuery).Body);
}
