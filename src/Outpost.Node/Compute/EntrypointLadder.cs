using Microsoft.Extensions.Logging;
using Outpost.Node.Duties;

namespace Outpost.Node.Compute;

/// <summary>
/// An entrypoint and what follows when it fails: asked while the window is open until an answer is good. One that does
/// not answer by the middle of what is left is joined by its fallback, or by itself a second time, since it may never
/// answer. When three quarters of the window are gone, the last good value may stand in.
/// </summary>
public sealed partial class EntrypointLadder : IAsyncDisposable
{
    /// <summary>No pause between two attempts is longer, however long the window.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>No attempt is doubted sooner, however short the window.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    private readonly EntrypointOptions _options;
    private readonly Rung _first;
    private readonly Rung _second;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly AheadCalls _ahead;
    private readonly Lock _chance = new();
    private volatile LastValue? _last;

    /// <param name="fallback">Of <see cref="EntrypointOptions.Fallback"/>; null when there is none.</param>
    public EntrypointLadder(
        EntrypointOptions options, IEntrypoint entrypoint, IEntrypoint? fallback, TimeProvider time, Random random,
        ILogger logger)
    {
        (_options, _time, _random, _logger) = (options, time, random, logger);
        _first = new Rung(entrypoint, options.AttemptTimeout);
        _second = fallback is null ? _first : new Rung(fallback, options.Fallback!.AttemptTimeout);
        _ahead = new AheadCalls(options.AttemptTimeout);
    }

    private sealed record Rung(IEntrypoint Entrypoint, TimeSpan AttemptTimeout);

    private sealed record LastValue(TopicValue Value, long At);

    /// <summary>
    /// How long before its window opens this entrypoint is to be asked; null when only at the opening.
    /// </summary>
    public TimeSpan? Lead => _options.IsAskedAhead ? _ahead.Lead : null;

    /// <summary>Calls made ahead whose answer was of no use.</summary>
    public int WastedCalls => _ahead.Wasted;

    private bool HasFallback => _second != _first;

    /// <summary>Asks before the window is open, once for each; <see cref="AnswerAsync"/> uses the answer.</summary>
    public void AskAhead(Question question, CancellationToken stop)
    {
        if (!_ahead.Has(question.Nonce))
        {
            AskedAhead(question);
            _ahead.Keep(new AheadCalls.Call(question.Nonce, _time.GetTimestamp(), AskOnceAsync(question, stop)));
        }
    }

    /// <summary>True when answers are held against the network's value, which a question has to bring then.</summary>
    public bool HasSanity => _options.Sanity is not null;

    /// <summary>Names the entrypoint in messages; holds nothing secret.</summary>
    public string Describe(Question question) => _first.Entrypoint.Describe(question);

    /// <summary>What is sent to the entrypoint for a question, for a person who tries it.</summary>
    public string Request(Question question) => _first.Entrypoint.Request(question);

    /// <summary>One attempt at the entrypoint itself, without its fallback.</summary>
    public Task<Reply> AskOnceAsync(Question question, CancellationToken cancellationToken) =>
        AttemptAsync(_first, question, cancellationToken);

    /// <summary>
    /// Asks until an answer is good or <paramref name="windowClosed"/> is cancelled, which is expected after
    /// <paramref name="left"/>. Cancellation of <paramref name="stop"/> is thrown.
    /// </summary>
    /// <param name="tell">Told what came of each attempt that gave no good answer, and what stood in.</param>
    public async Task<Answer> AnswerAsync(
        Question question, TimeSpan left, CancellationToken windowClosed, CancellationToken stop,
        Action<string>? tell = null)
    {
        if (Fresh() is not { } last)
        {
            return await SearchAsync(question, left, tell, windowClosed, stop);
        }

        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left * 0.75 : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(windowClosed, late.Token);
        var answer = await SearchAsync(question, left, tell, either.Token, stop);
        if (answer is not Answer.None || windowClosed.IsCancellationRequested)
        {
            return answer;
        }

        var age = _time.GetElapsedTime(last.At);
        StandsIn(question, last.Value.ToString(), age.TotalSeconds);
        tell?.Invoke($"the last good value, {age.TotalSeconds:0} s old, stands in: {last.Value}");
        return new Answer.Value(last.Value, 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.Entrypoint.DisposeAsync();
        if (HasFallback)
        {
            await _second.Entrypoint.DisposeAsync();
        }
    }

    private async Task<Answer> SearchAsync(
        Question question, TimeSpan left, Action<string>? tell, CancellationToken windowClosed, CancellationToken stop)
    {
        using var window = CancellationTokenSource.CreateLinkedTokenSource(stop, windowClosed);
        var (opened, attempts, pause) = (_time.GetTimestamp(), 0, _options.RetryDelay);
        var ahead = _ahead.Take(question.Nonce);
        Answer.None? failure = null;
        while (!windowClosed.IsCancellationRequested)
        {
            var (asked, isAhead) = (ahead?.Started ?? _time.GetTimestamp(), ahead is not null);
            try
            {
                var first = ahead?.Reply.WaitAsync(window.Token) ?? AskOnceAsync(question, window.Token);
                ahead = null;
                var ((value, problem), requests) = await RoundAsync(
                    first, question, Longer(Left() / 2, LeastPatience), window.Token);
                attempts += requests;
                if (problem is null)
                {
                    _last = new LastValue(value!, _time.GetTimestamp());
                    return new Answer.Value(value!, attempts);
                }

                failure = problem;
                AttemptFailed(question, attempts, failure.Detail);
                tell?.Invoke(failure.Detail);
                if (!isAhead)
                {
                    // Pauses get shorter towards the end: a model that comes back late is still asked in time.
                    await PauseAsync(Shorter(pause, Longer(Left() / 4, _options.RetryDelay)), window.Token);
                    pause = Shorter(pause * 2, LongestPause);
                }
            }
            catch (OperationCanceledException) when (windowClosed.IsCancellationRequested)
            {
                stop.ThrowIfCancellationRequested();
                var waited = _time.GetElapsedTime(asked);
                if (failure is null && waited < left / 4)
                {
                    return new Answer.None(Reason.WindowClosed,
                        $"the chain jumped: the window closed {waited.TotalSeconds:0.0} s after the entrypoint was "
                        + $"asked, and {left.TotalSeconds:0.0} s were expected");
                }

                return failure is not null && waited < LeastPatience ? failure : TooSlow(question, waited, failure);
            }
        }

        stop.ThrowIfCancellationRequested();
        return failure
            ?? new Answer.None(Reason.WindowClosed, "the window closed before the entrypoint could be asked");

        TimeSpan Left() => left - _time.GetElapsedTime(opened);
    }

    private async Task<Reply> AttemptAsync(Rung rung, Question question, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(rung.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var asked = _time.GetTimestamp();
        try
        {
            var reply = await rung.Entrypoint.AskAsync(question, either.Token);
            if (reply.Problem is null && rung == _first)
            {
                _ahead.Took(_time.GetElapsedTime(asked));
            }

            return reply;
        }
        catch (OperationCanceledException)
            when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Answer.None(Reason.ModelTimeout, $"{rung.Entrypoint.Describe(question)} gave no answer within "
                + $"{rung.AttemptTimeout.TotalSeconds:0.###} s");
        }
    }

    /// <summary>
    /// The first good answer of a request and of a second one: beside it if it takes too long, after it if it failed
    /// and there is a fallback.
    /// </summary>
    private async Task<(Reply Reply, int Requests)> RoundAsync(
        Task<Reply> first, Question question, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Task.WhenAny(first, Task.Delay(patience, _time, over.Token));
            cancellationToken.ThrowIfCancellationRequested();
            if (first.IsCompleted)
            {
                var reply = Sane(question, _first, await first);
                if (reply.Problem is not { } problem || !HasFallback)
                {
                    return (reply, 1);
                }

                var other = Sane(question, _second, await AttemptAsync(_second, question, over.Token));
                return (other.Problem is null ? other : Both(problem, other.Problem), 2);
            }

            var second = AttemptAsync(_second, question, over.Token);
            var sooner = await Task.WhenAny(first, second);
            var answer = Sane(question, sooner == first ? _first : _second, await sooner);
            return answer.Problem is null
                ? (answer, 2)
                : (Sane(question, sooner == first ? _second : _first, await (sooner == first ? second : first)), 2);
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    /// <summary>The reply, unless it is too far from the network's value and must not be sent.</summary>
    private Reply Sane(Question question, Rung rung, Reply reply)
    {
        if (reply.Value is null || _options.Sanity is not { } sanity
            || Sanity.Problem(reply.Value, question.Network, sanity) is not { } problem)
        {
            return reply;
        }

        if (sanity.Stops)
        {
            return new Answer.None(Reason.ModelAnswerInvalid, $"{rung.Entrypoint.Describe(question)}: {problem}");
        }

        Strange(question, problem);
        return reply;
    }

    private static Answer.None Both(Answer.None first, Answer.None second) =>
        first with { Detail = $"{first.Detail}; the fallback: {second.Detail}" };

    /// <summary>How old it is counts when a window opens.</summary>
    private LastValue? Fresh() => _options.LastValueMaxAge is { } most && _last is { } last
        && _time.GetElapsedTime(last.At) <= most ? last : null;

    private Answer.None TooSlow(Question question, TimeSpan waited, Answer.None? before)
    {
        if (before is null)
        {
            // How long it would have taken is not known: next time it is asked as if it were twice as long.
            _ahead.Took(2 * waited);
        }

        return new Answer.None(Reason.ModelTimeout, $"{_first.Entrypoint.Describe(question)} had not answered when "
            + $"the window closed, {waited.TotalSeconds:0.#} s after it was asked"
            + (before is null ? "" : $"; before that: {before.Detail}"));
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken window)
    {
        double chance;
        lock (_chance)
        {
            chance = _random.NextDouble();
        }

        await Task.Delay(pause * (0.75 + (chance / 2)), _time, window)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Question}: attempt {Attempt} failed: {Detail}")]
    private partial void AttemptFailed(Question question, int attempt, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Question}: the entrypoint is asked before the window opens")]
    private partial void AskedAhead(Question question);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Question}: {Problem}; it is sent all the same")]
    private partial void Strange(Question question, string problem);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "{Question}: the last good value stands in, {Value}, {Seconds:0} s old")]
    private partial void StandsIn(Question question, string value, double seconds);
}
