using System.Globalization;

namespace Outpost.Chains.Rpc;

/// <summary>
/// One endpoint and what is known of it. Owned by its <see cref="EndpointSet"/>, which holds the lock.
/// </summary>
internal sealed class Endpoint(INodeTransport transport)
{
    // Silence is noticed after several times what is usual, but never later than the second.
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMilliseconds(250);

    public INodeTransport Transport { get; } = transport;

    /// <summary>True for its transport, whoever listens to it.</summary>
    public bool Is(INodeTransport transport) => transport.Url == Transport.Url && transport.Kind == Transport.Kind;

    public Uri Url => Transport.Url;

    /// <summary>For logs: providers put keys into user names, paths and queries, so none of these is shown.</summary>
    public string Name { get; } = transport.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    public EndpointHealth Health { get; set; } = new();

    public Latency Latency { get; } = new();

    public RequestPace Pace { get; } = new();

    /// <summary>The block that it told of last; null before the first.</summary>
    public long? Height { get; set; }

    /// <summary>The time in the header of that block, where it was told.</summary>
    public DateTimeOffset? BlockTime { get; set; }

    /// <summary>How many blocks it was behind the head when it told of <see cref="Height"/>.</summary>
    public long Lag { get; set; }

    public long Requests { get; private set; }

    public long Failures { get; private set; }

    /// <summary>When it was last asked who it is and where it stands; null: never.</summary>
    public TimeSpan? LookedAt { get; set; }

    /// <summary>The look at it, under way or past.</summary>
    public Task Look { get; set; } = Task.CompletedTask;

    /// <summary>When it last gave an answer of use; null: never.</summary>
    public TimeSpan? AnsweredAt { get; private set; }

    /// <summary>How long it may be silent before another one is asked beside it.</summary>
    public TimeSpan Patience => Latency.IsKnown
        ? TimeSpan.FromTicks(Math.Clamp(3 * Latency.Usual.Ticks, ShortestPatience.Ticks, LongestPatience.Ticks))
        : LongestPatience;

    /// <summary>Counts a request, and tells how long it has to wait for its turn.</summary>
    public TimeSpan Take(TimeSpan now)
    {
        Requests++;
        var wait = Pace.WaitAt(now);
        Pace.Take(now);
        return wait;
    }

    public void Answered(TimeSpan now, TimeSpan? took)
    {
        AnsweredAt = now;
        Health = Health.Answered(now);
        Pace.Answered();
        if (took is { } duration)
        {
            Latency.Add(duration);
        }
    }

    public void Failed(ChainException problem, TimeSpan now, TimeSpan pause, bool wasOvertaken)
    {
        Failures++;
        Health = Health.Failed(problem, now, pause, wasOvertaken);
        if (problem is { Fault: ChainFault.RateLimited, IsOwnLimit: false })
        {
            Pace.Refused(now);
        }
    }

    /// <summary>By its number in the configuration or by a URL of its host, whatever path and keys that has.</summary>
    public bool IsCalled(string name, int number) =>
        name == number.ToString(CultureInfo.InvariantCulture)
        || (Uri.TryCreate(name, UriKind.Absolute, out var url)
            && url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) == Name);
}
