using System.Globalization;
using System.Net;
using Outpost.Simulation.Faults;

namespace Outpost.Simulation.World;

/// <summary>Every topic's model, at http://model/TOPIC/NONCE: gives a number in time, unless a fault is on.</summary>
internal sealed class ModelNetwork(FaultBoard faults, TimeProvider time, Random random) : HttpMessageHandler
{
    public const string UrlTemplate = "http://model/{TopicId}/{BlockHeight}";

    /// <summary>How long a healthy model takes at most.</summary>
    public static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);

    /// <summary>The last value of each topic, for a model that has gone stale.</summary>
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var topic = $"topic-{request.RequestUri!.Segments[1].TrimEnd('/')}";
        var value = ((random.NextDouble() * 2000) - 1000).ToString("F6", CultureInfo.InvariantCulture);
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
            _last[topic] = value;
        }

        return Reply(HttpStatusCode.OK, _last.GetValueOrDefault(topic, value));
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
