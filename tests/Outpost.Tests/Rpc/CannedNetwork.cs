using System.Net;
using System.Text;

namespace Outpost.Tests.Rpc;

/// <summary>A network in memory on which one request gets one answer that the test wrote.</summary>
internal sealed class CannedNetwork(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public static HttpResponseMessage Json(int status, string body) => new((HttpStatusCode)status)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
}
