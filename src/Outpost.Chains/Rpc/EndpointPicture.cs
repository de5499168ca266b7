namespace Outpost.Chains.Rpc;

/// <summary>Endpoints as a person sees them, and what a person may do to them. Callers hold the lock.</summary>
internal static class EndpointPicture
{
    public static IReadOnlyList<EndpointStatus> Of(IReadOnlyList<Endpoint> endpoints, TimeSpan now) =>
        [.. endpoints.Select((one, index) => Of(one, index + 1, now))];

    /// <summary>Those that are meant by a number or a URL, as they are afterwards.</summary>
    public static IReadOnlyList<EndpointStatus> Cordon(
        IReadOnlyList<Endpoint> endpoints, string name, bool isOut, TimeSpan now)
    {
        List<EndpointStatus> meant = [];
        foreach (var (index, endpoint) in endpoints.Index().Where(one => one.Item.IsCalled(name, one.Index + 1)))
        {
            endpoint.Health = isOut ? endpoint.Health.Cordoned(now) : endpoint.Health.Uncordoned(now);
            meant.Add(Of(endpoint, index + 1, now));
        }

        return meant;
    }

    private static EndpointStatus Of(Endpoint one, int number, TimeSpan now)
    {
        var (health, latency) = (one.Health, one.Latency);
        return new EndpointStatus(
            number, one.Name, one.Transport.Kind, health.State, now - health.Since,
            latency.IsKnown ? latency.Median : null, latency.IsKnown ? latency.Last : null,
            one.Height, one.Height is null ? null : one.Lag, one.Pace.PerSecond, one.Requests, one.Failures,
            health.Problem?.Message,
            !health.IsLeft ? null : health.NextLook > now ? health.NextLook - now : TimeSpan.Zero);
    }
}
