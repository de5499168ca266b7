using System.Net;

namespace Outpost.Tests.Node;

/// <summary>A model that answers as scripted, one step per request; the last step repeats.</summary>
internal sealed class ScriptedModel(params Func<CancellationToken, Task<HttpResponseMessage>>[] steps) : HttpMessageHandler
{
    public List<Uri> Asked { get; } = [];

    public static Func<CancellationToken, Task<HttpResponseMessage>> Says(
        string body, HttpStatusCode status = HttpStatusCode.OK) =>
        _ => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });

    public static Func<CancellationToken, Task<HttpResponseMessage>> Hangs() => async cancellationToken =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("a hanging model never answers");
    };

    public static Func<CancellationToken, Task<HttpResponseMessage>> IsDown() =>
        _ => throw new HttpRequestException("Connection refused");

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add(request.RequestUri!);
        return steps[Math.Min(Asked.Count, steps.Length) - 1](cancellationToken);
    }
}
