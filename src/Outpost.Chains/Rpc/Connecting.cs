using System.Diagnostics;

namespace Outpost.Chains.Rpc;

/// <summary>The first look at all endpoints at once.</summary>
internal static class Connecting
{
    // How long a start waits for more preferred endpoints once one has answered.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    /// <summary>Done when one endpoint is right; else the exception has a line for each.</summary>
    public static async Task ConnectAsync(EndpointSet set, TimeProvider time, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var probes = set.All.Select(endpoint => ProbeAsync(endpoint, enough.Token)).ToArray();
        var all = Task.WhenAll(probes);
        var open = probes.ToList();
        while (open.Count > 0 && !probes.Any(probe => IsGood(probe, set.ChainId)))
        {
            open.Remove(await Task.WhenAny(open));
        }

        if (!all.IsCompleted)
        {
            await Task.WhenAny(all, Task.Delay(Grace, time, enough.Token));
            await enough.CancelAsync();
        }

        var found = await all;
        cancellationToken.ThrowIfCancellationRequested();
        Judge(set, found);
        if (!set.All.Any(endpoint => endpoint.IsVerified))
        {
            throw set.NoneLeft("connect", set.All);
        }
    }

    private static bool IsGood(Task<(NodeHead? Head, ChainException? Failure)> probe, string? chainId) =>
        probe.IsCompletedSuccessfully && probe.Result.Head is { IsSyncing: false } head
        && (chainId is null || head.Header.ChainId == chainId);

    private static async Task<(NodeHead? Head, ChainException? Failure)> ProbeAsync(
        Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return (await endpoint.Transport.HeadAsync(cancellationToken), null);
        }
        catch (ChainException e)
        {
            return (null, e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return (null, new ChainException(
                ChainFault.Timeout, "connect", endpoint.Url, "had not answered when others had", e));
        }
    }

    // In the order of preference, since the first good answer decides the chain id where none was given.
    private static void Judge(EndpointSet set, (NodeHead? Head, ChainException? Failure)[] probes)
    {
        foreach (var (endpoint, probe) in set.All.Zip(probes))
        {
            var failure = probe.Failure ?? set.Problem(endpoint, probe.Head ?? throw new UnreachableException());
            if (failure is null)
            {
                set.Succeeded(endpoint);
            }
            else
            {
                set.Failed(endpoint, failure);
            }
        }
    }
}
