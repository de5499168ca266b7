using System.Globalization;
using System.Net;
using Outpost.Simulation.Faults;

namespace Outpost.Simulation.World;

/// <summary>
/// Every topic's model, at http://model/inference/TOPIC/NONCE, and so for its forecast and the truth: gives a number in
/// time, unless a fault is on. A fault of a topic is one of all its answers.
/// </summary>
/// <param name="inferer">Whose inference is forecast.</param>
internal sealed class ModelNetwork(FaultBoard faults, TimeProvider time, Random random, string inferer)
    : HttpMessageHandler
{
    private const string Forecast = "forecast";

    /// <summary>How long a healthy model takes at most.</summary>
    public static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);

    /// <summary>The last answer of each kind and topic, for a model that has gone stale.</summary>
    private readonly Dictionary<(string Kind, string Topic), string> _last = [];

    /// <param name="kind">inference, forecast or truth.</param>
    public static string UrlTemplate(string kind) => $"http://model/{kind}/{{TopicId}}/{{BlockHeight}}";

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var segments = request.RequestUri!.Segments;
        var (kind, topic) = (segments[1].TrimEnd('/'), $"topic-{segments[2].TrimEnd('/')}");
        var value = ((random.NextDouble() * 2000) - 1000).ToString("F6", CultureInfo.InvariantCulture);
        value = kind == Forecast ? $$"""{"{{inferer}}":"{{value}}"}""" : value;
        await Task.Delay(Slowest * random.NextDouble(), time, cancellationToken);
        if (faults.Find(WorldFaults.ModelSlow, topic) is { } slow)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)slow.Amount), time, cancellationToken);
        }

        if (faults.Find(WorldFaults.ModelRefuses, topic) is not null)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused (model:80)");
        }

        if (faults.Find(WorldFaults.ModelHangs, topic) is not null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        if (faults.Find(WorldFaults.ModelErrors, topic) is not null)
        {
            return Reply(HttpStatusCode.InternalServerError, "out of memory");
        }

        if (faults.Find(WorldFaults.ModelCrashes, topic) is not null)
        {
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new CutStream()) };
        }

        if (faults.Find(WorldFaults.ModelNotANumber, topic) is not null)
        {
            return Reply(HttpStatusCode.OK, "NaN");
        }

        if (faults.Find(WorldFaults.ModelGarbage, topic) is not null)
        {
            return Reply(HttpStatusCode.OK, "<html><body>It works!</body></html>");
        }

        if (faults.Find(WorldFaults.ModelStale, topic) is null)
        {
            _last[(kind, topic)] = value;
        }

        return Reply(HttpStatusCode.OK, _last.GetValueOrDefault((kind, topic), value));
    }

    private static HttpResponseMessage Reply(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body) };

    /// <summary>A body whose sender goes away in the middle of it.</summary>
    private sealed class CutStream : MemoryStream
    {
        public CutStream()
            : base("12"u8.ToArray())
        {
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0
                ? read
                : throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
        }
    }
}
