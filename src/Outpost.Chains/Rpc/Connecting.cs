namespace Outpost.Chains.Rpc;

/// <summary>The first look at all endpoints at once.</summary>
internal static class Connecting
{
    // How long a start waits for more preferred endpoints once one has answered.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Done when one endpoint is right; else the exception has a line for each. One that has not answered by then is
    /// looked at beside all calls.
    /// </summary>
    public static async Task ConnectAsync(EndpointSet set, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = set.Candidates();
        var start = set.Time.GetTimestamp();
        var probes = asked.Select(endpoint => ProbeAsync(endpoint, enough.Token)).ToArray();
        var all = Task.WhenAll(probes);
        var open = probes.ToList();
        while (open.Count > 0 && !probes.Any(probe => IsGood(probe, set.ChainId)))
        {
            open.Remove(await Task.WhenAny(open));
        }

        if (!all.IsCompleted)
        {
            await Task.WhenAny(all, Task.Delay(Grace, set.Time, enough.Token));
            await enough.CancelAsync();
        }

        var found = await all;
        cancellationToken.ThrowIfCancellationRequested();
        var faults = Judge(set, found);
        foreach (var late in found.Where(probe => probe is { Head: null, Failure: null }))
        {
            set.Overtaken(late.Endpoint, "connect", set.Time.GetElapsedTime(start));
        }

        if (!set.All.Any(endpoint => endpoint.Health.IsVerified))
        {
            throw EndpointFaults.NoneLeft("connect", faults);
        }
    }

    private static bool IsGood(Task<Probe> probe, string? chainId) =>
        probe.IsCompletedSuccessfully && probe.Result.Head is { IsSyncing: false } head
        && (chainId is null || head.ChainId == chainId);

    /// <summary>Neither a head nor a failure when it had not answered though others had.</summary>
    private static async Task<Probe> ProbeAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return new Probe(endpoint, await endpoint.Transport.HeadAsync(cancellationToken), null);
        }
        catch (ChainException e)
        {
            return new Probe(endpoint, null, e);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new Probe(endpoint, null, null);
        }
    }

    private static List<ChainException> Judge(EndpointSet set, Probe[] probes)
    {
        // The most preferred good answer decides the chain id where none was given.
        if (probes.FirstOrDefault(probe => probe.Head is { IsSyncing: false })?.Head is { } first)
        {
            set.Adopt(first.ChainId);
        }

        // From the lowest up, so that one that is far ahead of all others is seen to be.
        foreach (var (endpoint, head, _) in probes
            .Where(probe => probe.Head is { IsSyncing: false } head && head.ChainId == set.ChainId)
            .OrderBy(probe => probe.Head!.Height))
        {
            set.Listen(endpoint).State(head!.Height, head.Time);
        }

        var faults = new List<ChainException>();
        foreach (var (endpoint, head, failure) in probes)
        {
            if ((head is null ? failure : set.Problem(endpoint, head, mustBeAtHead: true)) is { } fault)
            {
                set.Failed(endpoint, fault);
                faults.Add(fault);
            }
        }

        return faults;
    }

    private sealed record Probe(Endpoint Endpoint, NodeHead? Head, ChainException? Failure);
}
