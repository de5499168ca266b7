namespace Outpost.Chains.Rpc;

/// <summary>
/// Asks endpoints who they are and where they stand, beside all calls: those that were left, when their pause is over,
/// and standbys while calls are made and the chain moves, so that their lag is known before they are needed. Nothing
/// looks while nothing is asked, whatever blocks come. Callers hold the set's lock.
/// </summary>
internal sealed class EndpointLooks(
    EndpointSet set, IReadOnlyList<Endpoint> endpoints, Patience patience, CancellationToken stopped)
{
    private static readonly TimeSpan StandbyEvery = TimeSpan.FromSeconds(30);

    public void AtDue()
    {
        foreach (var due in endpoints.Where(one => one.Health.IsDueForLook(patience.Now)))
        {
            At(due);
        }
    }

    /// <summary>One endpoint alone answers from new blocks: the others are asked too, now and then.</summary>
    public void AtStandbys(long head)
    {
        foreach (var standby in endpoints.Where(one => one.Health.IsGood && (one.Height ?? 0) < head))
        {
            if (standby.LookedAt is not { } last || patience.Now - last >= StandbyEvery)
            {
                At(standby);
            }
        }
    }

    /// <summary>Done when no endpoint is looked at any more; the token given at construction ends that.</summary>
    public Task DrainAsync() => Task.WhenAll(endpoints.Select(one => one.Look));

    /// <summary>A look at one endpoint, which is looked at once at a time.</summary>
    public void At(Endpoint endpoint)
    {
        if (endpoint.Look.IsCompleted)
        {
            endpoint.LookedAt = patience.Now;
            endpoint.Look = LookAsync(endpoint);
        }
    }

    private async Task LookAsync(Endpoint endpoint)
    {
        // The caller holds the lock: nothing is sent on its thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await set.TurnAsync(endpoint, stopped);
            var head = await endpoint.Transport.HeadAsync(stopped);
            if (set.Problem(endpoint, head, mustBeAtHead: true) is { } problem)
            {
                set.Failed(endpoint, problem);
            }
        }
        catch (ChainException e)
        {
            set.Failed(endpoint, e);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The client is disposed: nobody asks any more.
            return;
        }
    }
}
