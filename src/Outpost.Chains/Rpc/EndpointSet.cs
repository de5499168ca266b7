namespace Outpost.Chains.Rpc;

/// <summary>
/// What is known of all endpoints of one chain, under one lock: which is asked next, what became of it, and how far the
/// chain is. One that fails is left at once and looked at after a while that grows with each failure; one of another
/// chain, or one still catching up, serves nothing.
/// </summary>
internal sealed class EndpointSet
{
    // How long our own write is looked for first where it was taken; by then it has spread or is in a block.
    private static readonly TimeSpan WriteSpreads = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Patience _patience;
    private readonly EndpointLog _log;
    private readonly Heads _heads;
    private readonly EndpointLooks _looks;
    private readonly HedgeBudget _hedges = new();
    private string? _chainId;
    private (Endpoint Endpoint, TimeSpan At)? _written;

    /// <param name="endpoints">In the order of preference.</param>
    /// <param name="stopped">Ends the looks.</param>
    public EndpointSet(
        IReadOnlyList<Endpoint> endpoints, string? expectedChainId, Patience patience, EndpointLog log,
        CancellationToken stopped)
    {
        All = endpoints;
        _chainId = expectedChainId;
        _patience = patience;
        _log = log;
        _heads = new Heads(endpoints);
        _looks = new EndpointLooks(this, endpoints, patience, stopped);
    }

    public IReadOnlyList<Endpoint> All { get; }

    public TimeProvider Time => _patience.Time;

    /// <summary>Time since the start, which no change of the wall clock moves.</summary>
    public TimeSpan Now => _patience.Now;

    /// <summary>Null until the first endpoint answered, if none was expected.</summary>
    public string? ChainId => Locked(() => _chainId);

    /// <summary>
    /// The newest block that counts as seen; 0 before the first. Goes back only over what no endpoint stands by.
    /// </summary>
    public long SeenHeight => Locked(() => _heads.Seen);

    public bool Has<TTransport>()
        where TTransport : class, INodeTransport => All.Any(one => one.Transport is TTransport);

    /// <summary>A read that bears an old answer where there is no newer one.</summary>
    public Task<T> ReadAsync<TTransport, T>(
        string operation, Func<TTransport, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where TTransport : class, INodeTransport => ReadAsync(operation, read, Freshness.Newest, cancellationToken);

    public Task<T> ReadAsync<TTransport, T>(
        string operation, Func<TTransport, CancellationToken, Task<T>> read, Freshness freshness,
        CancellationToken cancellationToken)
        where TTransport : class, INodeTransport =>
        new HedgedRead<TTransport, T>(this, operation, read, freshness).RunAsync(cancellationToken);

    /// <summary>
    /// All that are not cordoned, best first. One that is due for a look is looked at beside the call, so that no call
    /// waits for an endpoint that is still dead.
    /// </summary>
    public IReadOnlyList<Endpoint> Candidates() => Candidates(followsWrites: false);

    public IReadOnlyList<Endpoint> Candidates(bool followsWrites) => Locked(() =>
    {
        _looks.AtDue();
        var preferred = followsWrites && _written is { } written && Now - written.At < WriteSpreads
            ? written.Endpoint
            : null;
        return EndpointChoice.ToRead(All, preferred, Now);
    });

    public IReadOnlyList<Endpoint> Writable() => Locked(() =>
    {
        _looks.AtDue();
        return EndpointChoice.ToWrite(All);
    });

    /// <summary>The chain id counts from now on, unless one was given or found before.</summary>
    public void Adopt(string chainId) => Locked(() => _chainId ??= chainId);

    /// <summary>Makes sure, once after each failure, that the endpoint serves our chain and has caught up.</summary>
    public async Task VerifyAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        if (!Locked(() => endpoint.Health.IsVerified)
            && Problem(endpoint, await endpoint.Transport.HeadAsync(cancellationToken)) is { } problem)
        {
            throw problem;
        }
    }

    /// <summary>What makes an endpoint with this head unfit; null when it is fit, and counts as verified.</summary>
    public ChainException? Problem(Endpoint endpoint, NodeHead head, bool mustBeAtHead = false)
    {
        lock (_lock)
        {
            var (chainId, height) = (head.ChainId, head.Height);
            _chainId ??= head.IsSyncing ? null : chainId;
            if (EndpointFaults.Unfit(endpoint.Url, head, _chainId ?? chainId) is { } problem)
            {
                return problem;
            }

            Heard(endpoint, height, head.Time);
            if (mustBeAtHead && _heads.IsBehind(height))
            {
                return EndpointFaults.Behind("look", endpoint.Url, height, _heads.Seen);
            }

            _log.IsBackIfLeft(endpoint);
            endpoint.Health = endpoint.Health.Verified(Now);
            return null;
        }
    }

    /// <summary>Waits for its turn where it limits the rate, and counts the request.</summary>
    public async Task TurnAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var wait = Locked(() => endpoint.Take(Now));
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, Time, cancellationToken);
        }
    }

    /// <summary>How long an endpoint may be silent before another is asked beside it.</summary>
    public TimeSpan PatienceWith(Endpoint endpoint) => Locked(() => endpoint.Patience);

    /// <summary>Beside an endpoint that other reads have left already, always; else within the budget.</summary>
    public bool MayAskBeside(Endpoint endpoint) => Locked(() => !endpoint.Health.IsGood || _hedges.TrySpend());

    public bool IsGood(Endpoint endpoint) => Locked(() => endpoint.Health.IsGood);

    /// <summary>A listener for the answers of one read at this endpoint.</summary>
    public HeightsTold Listen(Endpoint endpoint) =>
        new((height, time) => Answered(endpoint, height, time), height => Has(endpoint, height));

    /// <summary>The block that the endpoint told of last; 0 before the first.</summary>
    public long HeightOf(Endpoint endpoint) => Locked(() => endpoint.Height ?? 0);

    /// <summary>Of those that work, the one that told of the newest block; null before the first.</summary>
    public Endpoint? Furthest() => Locked(() => All.Where(one => one.Health.IsGood).MaxBy(one => one.Height ?? 0));

    /// <summary>A block was delivered.</summary>
    /// <param name="isHad">The block itself, and not only an endpoint's word that it has it.</param>
    public void Saw(long height, bool isHad)
    {
        lock (_lock)
        {
            _heads.Delivered(height, isHad, Now);
        }
    }

    /// <summary>The endpoint took a transaction of ours: what that changes is seen there first.</summary>
    public void Wrote(Endpoint endpoint) => Locked(() => _written = (endpoint, Now));

    public void Succeeded(Endpoint endpoint) => Answered(endpoint, null);

    /// <summary>It gave an answer of use.</summary>
    /// <param name="took">For the learned latency; null where it waited behind others.</param>
    public void Answered(Endpoint endpoint, TimeSpan? took)
    {
        lock (_lock)
        {
            _log.IsBackIfLeft(endpoint);
            endpoint.Answered(Now, took);
            _hedges.Earn();
        }
    }

    public void Failed(Endpoint endpoint, ChainException failure)
    {
        lock (_lock)
        {
            var before = endpoint.Health.State;
            var wait = _patience.After(endpoint.Health.FailuresInARow + 1, failure.RetryAfter);
            endpoint.Failed(failure, Now, wait, wasOvertaken: false);
            _log.Left(endpoint, wait, failure, isNew: endpoint.Health.State != before);
        }
    }

    /// <summary>
    /// Another endpoint had answered, and this one had not. The first time may be an accident, so that it is looked at
    /// at once; until the look is answered it is asked nothing.
    /// </summary>
    /// <param name="byWrite">A write did not answer: then it gets no more of them either.</param>
    public void Overtaken(Endpoint endpoint, string operation, TimeSpan after, bool byWrite = false)
    {
        var problem = EndpointFaults.Overtaken(operation, endpoint.Url, after);
        lock (_lock)
        {
            if (byWrite ? !endpoint.Health.TakesWrites : !endpoint.Health.IsGood)
            {
                return;
            }

            var failures = endpoint.Health.FailuresInARow;
            var wait = failures == 0 ? TimeSpan.Zero : _patience.After(failures, null);
            endpoint.Failed(problem, Now, wait, wasOvertaken: !byWrite);
            endpoint.Latency.Add(after);
            _log.Silent(endpoint, problem);
            _looks.AtDue();
        }
    }

    /// <summary>True when an endpoint other than this one has answered since; a pause by <see cref="Now"/>.</summary>
    public bool HasAnotherAnswered(Endpoint endpoint, TimeSpan since) =>
        Locked(() => All.Any(one => one != endpoint && one.AnsweredAt >= since));

    /// <summary>Takes endpoints out or puts them back, by number or URL; what they have under way goes on.</summary>
    public IReadOnlyList<EndpointStatus> Cordon(string name, bool isOut) =>
        Locked(() => EndpointPicture.Cordon(All, name, isOut, Now));

    public IReadOnlyList<EndpointStatus> Picture() => Locked(() => EndpointPicture.Of(All, Now));

    /// <summary>True when another endpoint may do better: the network's and the endpoint's own faults.</summary>
    public static bool IsOfEndpoint(ChainException exception) =>
        exception.IsTransient || exception.Fault is ChainFault.WrongChain;

    /// <summary>Done when no endpoint is looked at any more; the token given at construction ends that.</summary>
    public Task DrainAsync() => Locked(_looks.DrainAsync);

    private void Heard(Endpoint endpoint, long height, DateTimeOffset? blockTime)
    {
        lock (_lock)
        {
            var before = _heads.Seen;
            _heads.Heard(endpoint, height, blockTime, Now);
            if (_heads.Seen < before)
            {
                _log.WentBack(before, _heads.Seen);
            }
        }
    }

    // Calls are being made: how far the others are is worth knowing. Neither blocks nor looks by themselves ask for it.
    private void Answered(Endpoint endpoint, long height, DateTimeOffset? blockTime)
    {
        lock (_lock)
        {
            Heard(endpoint, height, blockTime);
            if (_heads.WantsSecondOpinion)
            {
                _looks.AtStandbys(_heads.Seen);
            }
        }
    }

    // An old block says nothing of where the endpoint stands.
    private void Has(Endpoint endpoint, long height)
    {
        lock (_lock)
        {
            if (height > (endpoint.Height ?? 0))
            {
                Answered(endpoint, height, null);
            }
        }
    }

    private TResult Locked<TResult>(Func<TResult> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
