using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Outpost.Chains.Rpc;

/// <summary>
/// Which endpoint is asked next: the most preferred one that works. One that fails is left at once and avoided for
/// a while that grows with each failure; one of another chain, or one still catching up, serves nothing.
/// </summary>
internal sealed partial class EndpointSet(
    IReadOnlyList<Endpoint> endpoints, string? expectedChainId, TimeProvider time, Random random, ILogger logger)
{
    private static readonly TimeSpan FirstAvoidance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestAvoidance = TimeSpan.FromMinutes(1);

    // How long a start waits for better endpoints once one has answered.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private string? _chainId = expectedChainId;

    /// <summary>Null until the first endpoint answered, if none was expected.</summary>
    public string? ChainId
    {
        get
        {
            lock (_lock)
            {
                return _chainId;
            }
        }
    }

    /// <summary>
    /// Asks all who they are; done when one is right, after a short grace for the more preferred ones.
    /// </summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var probes = endpoints.Select(endpoint => ProbeAsync(endpoint, enough.Token)).ToArray();
        var all = Task.WhenAll(probes);
        var open = probes.ToList();
        while (open.Count > 0 && !probes.Any(IsGood))
        {
            open.Remove(await Task.WhenAny(open));
        }

        if (!all.IsCompleted)
        {
            await Task.WhenAny(all, Task.Delay(Grace, time, enough.Token));
            await enough.CancelAsync();
        }

        var heads = await all;
        cancellationToken.ThrowIfCancellationRequested();
        Judge(heads);
        if (!endpoints.Any(endpoint => endpoint.IsVerified))
        {
            throw NoneLeft("connect", endpoints);
        }
    }

    /// <summary>
    /// One read: at the best endpoint of this protocol, then at the next ones while the fault is the endpoint's. What
    /// the chain itself answers (not found, refused, unknown path) is final.
    /// </summary>
    public async Task<T> ReadAsync<TTransport, T>(
        string operation, Func<TTransport, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where TTransport : class, ITransport
    {
        List<Endpoint> candidates = [.. Candidates().Where(one => one.Transport is TTransport)];
        foreach (var endpoint in candidates)
        {
            try
            {
                await VerifyAsync(endpoint, cancellationToken);
                var answer = await read((TTransport)endpoint.Transport, cancellationToken);
                Succeeded(endpoint);
                return answer;
            }
            catch (ChainException e) when (IsOfEndpoint(e))
            {
                Failed(endpoint, e);
            }
        }

        throw NoneLeft(operation, candidates);
    }

    public bool Has<TTransport>()
        where TTransport : class, ITransport => endpoints.Any(one => one.Transport is TTransport);

    /// <summary>Best first: those that work in the order of preference, then those avoided, soonest first.</summary>
    public IReadOnlyList<Endpoint> Candidates()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            return [.. endpoints.OrderBy(one => one.AvoidedUntil > now ? one.AvoidedUntil : DateTimeOffset.MinValue)];
        }
    }

    /// <summary>All that work now; when none does, all that are not of another chain.</summary>
    public IReadOnlyList<Endpoint> Writable()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            List<Endpoint> usable = [.. endpoints.Where(one => one.IsVerified && one.AvoidedUntil <= now)];
            return usable.Count > 0
                ? usable
                : [.. endpoints.Where(one => one.Failure?.Fault is not (ChainFault.WrongChain or ChainFault.Syncing))];
        }
    }

    /// <summary>Makes sure, once after each failure, that the endpoint serves our chain and has caught up.</summary>
    public async Task VerifyAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (endpoint.IsVerified)
            {
                return;
            }
        }

        Accept(endpoint, await endpoint.Transport.HeadAsync(cancellationToken));
    }

    public void Succeeded(Endpoint endpoint)
    {
        bool isBack;
        lock (_lock)
        {
            isBack = endpoint.Failure is not null;
            endpoint.Failure = null;
            endpoint.FailuresInARow = 0;
            endpoint.AvoidedUntil = DateTimeOffset.MinValue;
        }

        if (isBack)
        {
            EndpointIsBack(endpoint.Url);
        }
    }

    public void Failed(Endpoint endpoint, ChainException failure)
    {
        TimeSpan wait;
        lock (_lock)
        {
            endpoint.Failure = failure;
            endpoint.IsVerified = false;
            endpoint.FailuresInARow++;
            wait = Avoidance(endpoint.FailuresInARow, failure.RetryAfter);
            endpoint.AvoidedUntil = time.GetUtcNow() + wait;
        }

        EndpointLeft(endpoint.Url, failure.Fault, wait.TotalSeconds, failure.Message);
    }

    /// <summary>True when another endpoint may do better: the network's and the endpoint's own faults.</summary>
    public static bool IsOfEndpoint(ChainException exception) =>
        exception.IsTransient || exception.Fault is ChainFault.WrongChain;

    /// <summary>
    /// What to throw when all were tried: the fault itself if there is one endpoint, else one line for each.
    /// </summary>
    public ChainException NoneLeft(string operation, IReadOnlyList<Endpoint> tried)
    {
        lock (_lock)
        {
            var failures = tried.Select(endpoint => endpoint.Failure).OfType<ChainException>().ToList();
            if (failures.Count == 1 && tried.Count == 1)
            {
                return failures[0];
            }

            var fault = failures.Count > 0 ? failures[0].Fault : ChainFault.Unreachable;
            var lines = failures.Select(failure => $"\n  {failure.Fault}: {failure.Message}");
            return new ChainException(fault, operation, null,
                $"no endpoint could serve this; each one said:{string.Concat(lines)}");
        }
    }

    private static bool IsGood(Task<(NodeHead? Head, ChainException? Failure)> probe) =>
        probe.IsCompletedSuccessfully && probe.Result.Head is { IsSyncing: false };

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

    private void Judge((NodeHead? Head, ChainException? Failure)[] probes)
    {
        for (var i = 0; i < probes.Length; i++)
        {
            try
            {
                if (probes[i].Failure is { } failure)
                {
                    throw failure;
                }

                Accept(endpoints[i], probes[i].Head ?? throw new UnreachableException());
            }
            catch (ChainException e)
            {
                Failed(endpoints[i], e);
            }
        }
    }

    private void Accept(Endpoint endpoint, NodeHead head)
    {
        lock (_lock)
        {
            if (head.IsSyncing)
            {
                throw new ChainException(ChainFault.Syncing, "connect", endpoint.Url,
                    $"the node is still catching up (block {head.Header.Height}); wait or use another endpoint");
            }

            _chainId ??= head.Header.ChainId;
            if (head.Header.ChainId != _chainId)
            {
                throw new ChainException(ChainFault.WrongChain, "connect", endpoint.Url,
                    $"the node serves {head.Header.ChainId}, not {_chainId}; correct the URL or the chain id");
            }

            endpoint.IsVerified = true;
            endpoint.Failure = null;
            endpoint.AvoidedUntil = DateTimeOffset.MinValue;
        }
    }

    private TimeSpan Avoidance(int failures, TimeSpan? asked)
    {
        var seconds = Math.Min(
            FirstAvoidance.TotalSeconds * Math.Pow(2, Math.Min(failures, 16) - 1), LongestAvoidance.TotalSeconds);
        var jittered = TimeSpan.FromSeconds(seconds * (0.8 + 0.4 * random.NextDouble()));
        return asked > jittered ? asked.Value : jittered;
    }

    [LoggerMessage(LogLevel.Information, "Endpoint {Endpoint} works again.")]
    private partial void EndpointIsBack(Uri endpoint);

    [LoggerMessage(LogLevel.Warning, "Endpoint {Endpoint} is left for {Seconds:0.0} s ({Fault}): {Problem}")]
    private partial void EndpointLeft(Uri endpoint, ChainFault fault, double seconds, string problem);
}
