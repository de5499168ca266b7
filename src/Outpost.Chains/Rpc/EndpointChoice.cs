namespace Outpost.Chains.Rpc;

/// <summary>Who is asked, and in which order. Callers hold the lock of the set.</summary>
internal static class EndpointChoice
{
    /// <summary>
    /// Best first: those that work in the order of preference, those whose learned pace has no turn free behind them;
    /// then, as a last resort, those that are left, soonest look first, and last those that asked not to be asked.
    /// </summary>
    public static IReadOnlyList<Endpoint> ToRead(
        IReadOnlyList<Endpoint> endpoints, Endpoint? preferred, TimeSpan now) =>
    [
        .. endpoints.Where(one => !one.Health.IsCordoned)
            .OrderBy(one => Rank(one, now))
            .ThenByDescending(one => one == preferred)
            .ThenBy(one => one.Health.IsGood ? TimeSpan.Zero : one.Health.NextLook),
    ];

    /// <summary>All that take transactions; when none does, those that may yet: all but the wrong ones.</summary>
    public static IReadOnlyList<Endpoint> ToWrite(IReadOnlyList<Endpoint> endpoints)
    {
        List<Endpoint> usable = [.. endpoints.Where(one => one.Health.TakesWrites)];
        return usable.Count > 0
            ? usable
            : [.. endpoints.Where(one => !one.Health.IsCordoned && !IsUnfit(one))];
    }

    private static int Rank(Endpoint endpoint, TimeSpan now) => endpoint.Health.State switch
    {
        _ when endpoint.Health.IsGood => endpoint.Pace.WaitAt(now) > TimeSpan.Zero ? 1 : 0,
        EndpointState.Behind or EndpointState.Silent => 2,
        EndpointState.RateLimited => 4,
        _ => 3,
    };

    private static bool IsUnfit(Endpoint endpoint) =>
        endpoint.Health.State is EndpointState.WrongChain or EndpointState.Syncing;
}
