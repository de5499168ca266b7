namespace Outpost.Tests.Consensus;

/// <summary>A client of server-sent events, as the HTML Standard tells it to read.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new(new SocketsHttpHandler());
    private readonly HttpRequestMessage _request;
    private HttpResponseMessage? _response;
    private StreamReader? _lines;

    internal sealed record Event(long Id, string Name, string Data);

    private EventReader(HttpRequestMessage request) => _request = request;

    /// <summary>Connects; returns when the stream has begun.</summary>
    public static async Task<EventReader> OpenAsync(HttpRequestMessage request)
    {
        var reader = new EventReader(request);
        reader._response = await reader._client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, ServiceWorld.Stop);
        Assert.Equal("text/event-stream", reader._response.Content.Headers.ContentType?.MediaType);
        reader._lines = new StreamReader(await reader._response.Content.ReadAsStreamAsync(ServiceWorld.Stop));
        return reader;
    }

    public async Task<IReadOnlyList<Event>> ReadAsync(int count)
    {
        var events = new List<Event>();
        var (id, name, data) = (0L, "", "");
        while (events.Count < count)
        {
            switch (await LineAsync())
            {
                case "" when name.Length > 0:
                    events.Add(new Event(id, name, data));
                    (name, data) = ("", "");
                    break;
                case var line when line.StartsWith("id: ", StringComparison.Ordinal):
                    id = long.Parse(line[4..], null);
                    break;
                case var line when line.StartsWith("event: ", StringComparison.Ordinal):
                    name = line[7..];
                    break;
                case var line when line.StartsWith("data: ", StringComparison.Ordinal):
                    data = line[6..];
                    break;
            }
        }

        return events;
    }

    /// <summary>Reads to a comment, moving the clock meanwhile.</summary>
    public async Task ReadHeartbeatAsync(Action pass)
    {
        for (string? line = null; line != ":";)
        {
            var next = LineAsync();
            while (!next.IsCompleted)
            {
                pass();
                await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ServiceWorld.Stop));
            }

            line = await next;
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines?.Dispose();
        _response?.Dispose();
        _request.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> LineAsync() =>
        await _lines!.ReadLineAsync(ServiceWorld.Stop).AsTask().WaitAsync(Patience, TimeProvider.System, ServiceWorld.Stop)
        ?? throw new EndOfStreamException("the stream of events ended");
}
