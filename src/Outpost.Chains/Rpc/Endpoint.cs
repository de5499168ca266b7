namespace Outpost.Chains.Rpc;

/// <summary>
/// One endpoint and what is known of it. Owned by its <see cref="EndpointSet"/>, which holds the lock.
/// </summary>
internal sealed class Endpoint(ITransport transport)
{
    public ITransport Transport { get; } = transport;

    public Uri Url => Transport.Url;

    /// <summary>For logs: providers put keys into user names, paths and queries, so none of these is shown.</summary>
    public string Name { get; } = transport.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>True once it served the right chain and was not catching up; false again after a failure.</summary>
    public bool IsVerified { get; set; }

    /// <summary>The last failure since the last success.</summary>
    public ChainException? Failure { get; set; }

    public int FailuresInARow { get; set; }

    /// <summary>Not asked again before this, unless no other endpoint is left.</summary>
    public DateTimeOffset AvoidedUntil { get; set; } = DateTimeOffset.MinValue;

    /// <summary>The look at it after its time of avoidance, under way or past.</summary>
    public Task Revival { get; set; } = Task.CompletedTask;
}
