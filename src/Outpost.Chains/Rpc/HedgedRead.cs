using System.Diagnostics.CodeAnalysis;

namespace Outpost.Chains.Rpc;

/// <summary>
/// One read at the best endpoint of a protocol, and at the next ones while the fault is the endpoint's. One that is
/// silent for longer than it usually takes is not waited for: the next one is asked beside it, and the first good
/// answer wins. What the chain itself answers (not found, refused, unknown path) is final.
/// </summary>
internal sealed class HedgedRead<TTransport, T>(
    EndpointSet set, string operation, Func<TTransport, CancellationToken, Task<T>> read, Freshness freshness)
    where TTransport : class, INodeTransport
{
    // More than this are never under way for one read.
    private const int MaxBeside = 3;

    // A block spreads within moments, so an endpoint that lags by one is worth asking again.
    private const int MaxRounds = 10;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly long _seenAtStart = set.SeenHeight;
    private readonly List<ChainException> _faults = [];
    private readonly List<Endpoint> _behind = [];
    private Outcome? _newestOld;
    private int _round;
    private Outcome? _nothing;

    /// <summary>What was seen when the read began, unless that has turned out to be nobody's block.</summary>
    private long Least => freshness.IsPinned
        ? freshness.Least
        : Math.Max(Math.Min(_seenAtStart, set.SeenHeight), freshness.Least);

    public async Task<T> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Endpoint> asked =
            [.. set.Candidates(freshness.FollowsWrites).Where(one => one.Transport is TTransport)];
        for (_round = 1; ; _round++)
        {
            if (await RoundAsync(asked, cancellationToken) is { } found)
            {
                return found.Final is { } final ? throw final : found.Value!;
            }

            if (freshness.MayBeOld && _newestOld is { } old)
            {
                return old.Final is { } final ? throw final : old.Value!;
            }

            if (_behind.Count == 0 || _round == MaxRounds)
            {
                throw EndpointFaults.NoneLeft(operation, _faults);
            }

            asked = [.. _behind];
            _behind.Clear();
            _faults.RemoveAll(fault => fault.Fault is ChainFault.Behind);
            await Task.Delay(AskAgainAfter, set.Time, cancellationToken);
        }
    }

    /// <summary>Asks each once; null when none had an answer that is new enough.</summary>
    private async Task<Outcome?> RoundAsync(IReadOnlyList<Endpoint> asked, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<Endpoint>(asked);
        var running = new List<Attempt>(MaxBeside);
        try
        {
            while (running.Count > 0 || waiting.Count > 0)
            {
                if (running.Count == 0)
                {
                    var next = waiting.Dequeue();
                    if (_nothing is not null && !set.IsGood(next))
                    {
                        // A last resort is not needed where there is an answer.
                        continue;
                    }

                    running.Add(Start(next, enough.Token));
                }

                var mayStart = waiting.Count > 0 && running.Count < MaxBeside;
                var patience = mayStart || _nothing is not null
                    ? set.PatienceWith(running[^1].Endpoint)
                    : (TimeSpan?)null;
                if (await FirstAsync(running, patience, cancellationToken) is not { } ended)
                {
                    if (!mayStart)
                    {
                        break;
                    }

                    if (set.MayAskBeside(running[^1].Endpoint))
                    {
                        running.Add(Start(waiting.Dequeue(), enough.Token));
                    }

                    continue;
                }

                cancellationToken.ThrowIfCancellationRequested();
                var place = running.IndexOf(ended);
                if (Judge(ended.Endpoint, await ended.Task) is { } answer)
                {
                    // Whoever was asked before and is still silent was overtaken; whoever came later had no time.
                    Overtaken(running.Take(place));
                    return answer;
                }

                running.RemoveAt(place);
            }

            Overtaken(running);
            return _nothing;
        }
        finally
        {
            await enough.CancelAsync();
        }
    }

    private void Overtaken(IEnumerable<Attempt> late)
    {
        foreach (var attempt in late)
        {
            set.Overtaken(attempt.Endpoint, operation, set.Time.GetElapsedTime(attempt.Begun));
        }
    }

    private Attempt Start(Endpoint endpoint, CancellationToken cancellationToken) =>
        new(endpoint, set.Time.GetTimestamp(), AskAsync(endpoint, cancellationToken));

    /// <summary>The first that ended; null when none has within the patience.</summary>
    private async Task<Attempt?> FirstAsync(
        List<Attempt> running, TimeSpan? patience, CancellationToken cancellationToken)
    {
        var tasks = running.Select(one => (Task)one.Task).ToList();
        if (patience is null)
        {
            await Task.WhenAny(tasks);
        }
        else
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny([.. tasks, Task.Delay(patience.Value, set.Time, ended.Token)]);
            await ended.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        return running.Find(one => one.Task.IsCompleted);
    }

    /// <summary>The outcome if it ends the read.</summary>
    private Outcome? Judge(Endpoint endpoint, Outcome outcome)
    {
        switch (outcome.Fault)
        {
            case null when freshness.AsksAll && outcome.Final is { } refusal:
                // It does not answer this question, such as a node that indexes no transactions; another may.
                _faults.Add(refusal);
                return null;
            case null when freshness.AsksAll && outcome.Value is null:
                set.Answered(endpoint, outcome.Took);
                _nothing = outcome;
                return null;
            case null:
                set.Answered(endpoint, outcome.Took);
                return outcome;
            case { Fault: ChainFault.Behind } behind when outcome.Height is not null:
                _behind.Add(endpoint);
                _newestOld = _newestOld?.Height >= outcome.Height ? _newestOld : outcome;
                if (_round == 1)
                {
                    // Asked again and again for one read, it has still lagged once.
                    set.Failed(endpoint, behind);
                }

                break;
            default:
                set.Failed(endpoint, outcome.Fault);
                break;
        }

        _faults.Add(outcome.Fault);
        return null;
    }

    [SuppressMessage("Design", "CA1031", Justification = "What is thrown here is thrown on by the read that waits.")]
    private async Task<Outcome> AskAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await set.TurnAsync(endpoint, cancellationToken);
            await set.VerifyAsync(endpoint, cancellationToken);
            var known = set.HeightOf(endpoint);
            var outcome = await OnceAsync(endpoint, cancellationToken);
            if (freshness.IsPinned)
            {
                // The answer may have shown that the endpoint has come as far as the question is about.
                known = set.HeightOf(endpoint);
            }

            if (outcome.Fault is null && outcome.Height is null && known < Least)
            {
                // The answer does not tell how old it is: the head does, if it is asked for first.
                await endpoint.Transport.Telling(set.Listen(endpoint)).HeadAsync(cancellationToken);
                known = set.HeightOf(endpoint);
                outcome = known < Least
                    ? Old(endpoint, outcome with { Height = known })
                    : await OnceAsync(endpoint, cancellationToken);
            }

            return outcome.Height < Least ? Old(endpoint, outcome) : outcome;
        }
        catch (ChainException e)
        {
            return new Outcome { Fault = e };
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            // Somebody else answered, or nobody waits any more.
            return new Outcome
            {
                Fault = new ChainException(ChainFault.Timeout, operation, endpoint.Url, "given up", e),
            };
        }
    }

    private async Task<Outcome> OnceAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var heights = set.Listen(endpoint);
        var start = set.Time.GetTimestamp();
        try
        {
            var value = await read((TTransport)endpoint.Transport.Telling(heights), cancellationToken);
            return new Outcome { Value = value, Height = heights.Oldest, Took = set.Time.GetElapsedTime(start) };
        }
        catch (ChainException e) when (!EndpointSet.IsOfEndpoint(e))
        {
            return new Outcome { Final = e, Height = heights.Oldest, Took = set.Time.GetElapsedTime(start) };
        }
    }

    private Outcome Old(Endpoint endpoint, Outcome outcome) => outcome with
    {
        Fault = EndpointFaults.Behind(operation, endpoint.Url, outcome.Height ?? 0, Least),
    };

    private sealed record Attempt(Endpoint Endpoint, long Begun, Task<Outcome> Task);

    /// <summary>How one attempt ended: a value or the chain's own refusal, unless there is a fault.</summary>
    private sealed record Outcome
    {
        public T? Value { get; init; }
        public ChainException? Final { get; init; }
        public ChainException? Fault { get; init; }
        public long? Height { get; init; }
        public TimeSpan Took { get; init; }
    }
}
