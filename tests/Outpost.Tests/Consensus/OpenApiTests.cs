using System.Text.Json;
using Outpost.Consensus.Service;

namespace Outpost.Tests.Consensus;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Every_route_is_described_and_no_other()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        using var document = await DocumentAsync(world);

        Assert.Equal(world.Host.Paths.Order(StringComparer.Ordinal), Described(document).Select(one => one.Path)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_described_method_is_the_one_that_answers()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        await world.RegisterAsync("A");
        using var document = await DocumentAsync(world);
        foreach (var (path, method) in Described(document).Where(one => one.Path != "/events"))
        {
            var real = path.Replace("{project}", "P", StringComparison.Ordinal).Replace("{epoch}", "1010", StringComparison.Ordinal)
                .Replace("{project_id}", "P", StringComparison.Ordinal).Replace("{alias}", "A", StringComparison.Ordinal);
            using var right = await SendAsync(world, method, real);
            using var wrong = await SendAsync(world, method == "get" ? "put" : "get", real);
            Assert.DoesNotContain("Method Not Allowed", await right.Content.ReadAsStringAsync(ServiceWorld.Stop), StringComparison.Ordinal);
            Assert.DoesNotContain("\"Not Found\"", await right.Content.ReadAsStringAsync(ServiceWorld.Stop), StringComparison.Ordinal);
            Assert.Equal(405, (int)wrong.StatusCode);
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        using var document = await DocumentAsync(world);
        var missing = new List<string>();
        Walk(document.RootElement, reference =>
        {
            var target = document.RootElement;
            foreach (var name in reference[2..].Split('/'))
            {
                if (!target.TryGetProperty(name, out target))
                {
                    missing.Add(reference);
                    return;
                }
            }
        });
        Assert.Empty(missing);
    }

    [Fact]
    public async Task The_page_asks_no_other_host()
    {
        await using var world = await ServiceWorld.StartAsync(Unlimited);
        foreach (var path in new[] { "/", "/page.css", "/page.js" })
        {
            var (status, text) = await world.GetAsync(path);
            Assert.Equal(200, status);
            Assert.DoesNotContain("://", text, StringComparison.Ordinal);
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
        }
    }

    private static Task<HttpResponseMessage> SendAsync(ServiceWorld world, string method, string path) =>
        world.SendAsync(new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), new Uri(path, UriKind.Relative)));

    private static async Task<JsonDocument> DocumentAsync(ServiceWorld world) =>
        JsonDocument.Parse((await world.GetAsync("/openapi.json")).Body);

    private static IEnumerable<(string Path, string Method)> Described(JsonDocument document) =>
        document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => (path.Name, method.Name)));

    private static void Walk(JsonElement element, Action<string> found)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                if (member.NameEquals("$ref"))
                {
                    found(member.Value.GetString()!);
                }
                else
                {
                    Walk(member.Value, found);
                }
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Walk(item, found);
            }
        }
    }

    // Tests ask faster than anybody, and their clock stands still.
    private static ConsensusOptions Unlimited(ConsensusOptions options) =>
        options with { PublicRateLimit = "1000000/second" };
}
