using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Outpost.Tests.Losses;

/// <summary>
/// A loss service that answers with the prediction as its loss, unless a test says otherwise, and keeps what it was asked.
/// </summary>
internal sealed class ScriptedLossService : HttpMessageHandler
{
    private int _underWay;

    public ConcurrentQueue<(string Path, string Body)> Asked { get; } = [];

    public int MostUnderWay { get; private set; }

    public Func<JsonElement, CancellationToken, Task<HttpResponseMessage>> Calculates { get; set; } =
        (request, _) => Task.FromResult(Says($$"""{"loss":"{{request.GetProperty("y_pred").GetString()}}"}"""));

    public Func<HttpResponseMessage> IsNeverNegative { get; set; } = () => Says("""{"is_never_negative":false}""");

    public static HttpResponseMessage Says(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body) };

    public IEnumerable<string> Predictions => Asked.Where(asked => asked.Path.EndsWith("/calculate", StringComparison.Ordinal))
        .Select(asked => JsonDocument.Parse(asked.Body).RootElement.GetProperty("y_pred").ToString());

    public int Negotiations => Asked.Count(asked => asked.Path.EndsWith("/is_never_negative", StringComparison.Ordinal));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal("application/json", request.Content!.Headers.ContentType!.MediaType);
        var body = await request.Content.ReadAsStringAsync(cancellationToken);
        Asked.Enqueue((request.RequestUri!.AbsolutePath, body));
        if (request.RequestUri.AbsolutePath.EndsWith("/is_never_negative", StringComparison.Ordinal))
        {
            return IsNeverNegative();
        }

        lock (Asked)
        {
            MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return await Calculates(document.RootElement, cancellationToken);
        }
        finally
        {
            lock (Asked)
            {
                _underWay--;
            }
        }
    }
}
