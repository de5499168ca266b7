using System.Text;
using System.Text.Json.Nodes;

namespace Outpost.Tests.Node;

/// <summary>An endpoint that refuses websockets and leaves the blocks' own events out of its results.</summary>
internal sealed class WithoutEvents : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath.EndsWith("/websocket", StringComparison.Ordinal))
        {
            throw new HttpRequestException("no websockets here");
        }

        var response = await base.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (text.Contains("finalize_block_events", StringComparison.Ordinal))
        {
            var answer = JsonNode.Parse(text)!;
            answer["result"]!["finalize_block_events"] = new JsonArray();
            text = answer.ToJsonString();
        }

        response.Content = new StringContent(text, Encoding.UTF8, "application/json");
        return response;
    }
}
