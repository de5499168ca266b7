using Microsoft.Extensions.Logging;

namespace Outpost.Chains.Rpc;

/// <summary>
/// Which endpoint is asked next: the most preferred one that works. One that fails is left at once and avoided for
/// a while that grows with each failure; one of another chain, or one still catching up, serves nothing.
/// </summary>
internal sealed partial class EndpointSet(
    IReadOnlyList<Endpoint> endpoints, string? expectedChainId, Patience patience, ILogger logger,
    CancellationToken stopped)
{
    private readonly Lock _lock = new();
    private string? _chainId = expectedChainId;

    public IReadOnlyList<Endpoint> All => endpoints;

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

    public bool Has<TTransport>()
        where TTransport : class, ITransport => endpoints.Any(one => one.Transport is TTransport);

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

    /// <summary>
    /// Best first: those that work in the order of preference, then those that have failed, soonest first. One whose
    /// avoidance is over is looked at beside the call, so that no call waits for an endpoint that is still dead.
    /// </summary>
    public IReadOnlyList<Endpoint> Candidates()
    {
        lock (_lock)
        {
            var now = patience.Now;
            foreach (var due in endpoints.Where(one => one.Failure is not null && one.AvoidedUntil <= now))
            {
                if (due.Revival.IsCompleted)
                {
                    due.Revival = ReviveAsync(due);
                }
            }

            return [.. endpoints.OrderBy(one => one.Failure is null ? DateTimeOffset.MinValue : one.AvoidedUntil)];
        }
    }

    /// <summary>All that are not avoided; when all are, those that are not of another chain or catching up.</summary>
    public IReadOnlyList<Endpoint> Writable()
    {
        lock (_lock)
        {
            var now = patience.Now;
            List<Endpoint> usable = [.. endpoints.Where(one => one.AvoidedUntil <= now)];
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

        if (Problem(endpoint, await endpoint.Transport.HeadAsync(cancellationToken)) is { } problem)
        {
            throw problem;
        }
    }

    /// <summary>What makes an endpoint with this head unfit; null when it is fit, and counts as verified.</summary>
    public ChainException? Problem(Endpoint endpoint, NodeHead head)
    {
        lock (_lock)
        {
            if (head.IsSyncing)
            {
                return new ChainException(ChainFault.Syncing, "connect", endpoint.Url,
                    $"the node is still catching up (block {head.Header.Height}); wait or use another endpoint");
            }

            _chainId ??= head.Header.ChainId;
            if (head.Header.ChainId != _chainId)
            {
                return new ChainException(ChainFault.WrongChain, "connect", endpoint.Url,
                    $"the node serves {head.Header.ChainId}, not {_chainId}; correct the URL or the chain id");
            }

            endpoint.IsVerified = true;
            return null;
        }
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
            EndpointIsBack(endpoint.Name);
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
            wait = patience.After(endpoint.FailuresInARow, failure.RetryAfter);
            endpoint.AvoidedUntil = patience.Now + wait;
        }

        EndpointLeft(endpoint.Name, wait.TotalSeconds, failure.Fault, failure.Message);
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

    /// <summary>Done when no endpoint is looked at any more, after the token given at construction has ended that.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(endpoints.Select(one => one.Revival));
        }
    }

    private async Task ReviveAsync(Endpoint endpoint)
    {
        // The caller holds the lock: nothing is sent on its thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await VerifyAsync(endpoint, stopped);
            Succeeded(endpoint);
        }
        catch (ChainException e)
        {
            Failed(endpoint, e);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The client is disposed: nobody asks any more.
            return;
        }
    }

    [LoggerMessage(LogLevel.Information, "Endpoint {Endpoint} works again.")]
    private partial void EndpointIsBack(string endpoint);

    [LoggerMessage(LogLevel.Warning, "Endpoint {Endpoint} is left for {Seconds:0.0} s ({Fault}): {Problem}")]
    private partial void EndpointLeft(string endpoint, double seconds, ChainFault fault, string problem);
}
