using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Wire;
using Outpost.Node.Duties;

namespace Outpost.Node.Compute;

/// <summary>
/// A model behind a URL: asked by GET, again while the window is open, until it gives a number. One that does not
/// answer by the middle of what is left of the window is asked a second time beside, since it may never answer.
/// </summary>
public sealed partial class HttpEntrypoint(
    HttpEntrypointOptions options, HttpMessageInvoker network, TimeProvider time, Random random, ILogger logger)
{
    /// <summary>No pause between two attempts is longer, however long the window.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>No attempt is doubted sooner, however short the window.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    private readonly AheadCalls _ahead = new(options.AttemptTimeout);
    private readonly Lock _chance = new();

    /// <summary>
    /// How long before its window opens this entrypoint is to be asked; null when only at the opening.
    /// </summary>
    public TimeSpan? Lead => options.IsAskedAhead ? _ahead.Lead : null;

    /// <summary>Calls made ahead whose answer was of no use.</summary>
    public int WastedCalls => _ahead.Wasted;

    /// <summary>Asks for a duty whose window is not open yet, once; <see cref="InferAsync"/> uses the answer.</summary>
    public void AskAhead(DutyId duty, CancellationToken stop)
    {
        if (!_ahead.Has(duty.Nonce) && Target(duty) is { } uri)
        {
            AskedAhead(duty);
            _ahead.Keep(new AheadCalls.Call(duty.Nonce, time.GetTimestamp(), AskAsync(uri, stop)));
        }
    }

    /// <summary>
    /// Asks until an answer is good or <paramref name="windowClosed"/> is cancelled, which is expected after
    /// <paramref name="left"/>. Cancellation of <paramref name="stop"/> is thrown.
    /// </summary>
    /// <param name="failed">Told what came of each attempt that gave no good answer.</param>
    public async Task<Answer> InferAsync(
        DutyId duty, TimeSpan left, CancellationToken windowClosed, CancellationToken stop,
        Action<string>? failed = null)
    {
        if (Target(duty) is not { } uri)
        {
            return new Answer.None(Reason.ModelUnreachable,
                $"the entrypoint's URL is not an http URL: {UrlTemplate.Fill(options, duty.Topic, duty.Nonce)}");
        }

        using var window = CancellationTokenSource.CreateLinkedTokenSource(stop, windowClosed);
        var (opened, attempts, pause) = (time.GetTimestamp(), 0, options.RetryDelay);
        var ahead = _ahead.Take(duty.Nonce);
        Answer.None? failure = null;
        while (!windowClosed.IsCancellationRequested)
        {
            var (asked, isAhead) = (ahead?.Started ?? time.GetTimestamp(), ahead is not null);
            try
            {
                var first = ahead?.Answer.WaitAsync(window.Token) ?? AskAsync(uri, window.Token);
                ahead = null;
                var ((value, problem), requests) = await RoundAsync(
                    first, uri, Longer(Left() / 2, LeastPatience), window.Token);
                attempts += requests;
                if (problem is null)
                {
                    return new Answer.Value(value, attempts);
                }

                failure = problem;
                AttemptFailed(duty, attempts, failure.Detail);
                failed?.Invoke(failure.Detail);
                if (!isAhead)
                {
                    // Pauses get shorter towards the end: a model that comes back late is still asked in time.
                    await PauseAsync(Shorter(pause, Longer(Left() / 4, options.RetryDelay)), window.Token);
                    pause = Shorter(pause * 2, LongestPause);
                }
            }
            catch (OperationCanceledException) when (windowClosed.IsCancellationRequested)
            {
                stop.ThrowIfCancellationRequested();
                var waited = time.GetElapsedTime(asked);
                if (failure is null && waited < left / 4)
                {
                    return new Answer.None(Reason.WindowClosed,
                        $"the chain jumped: the window closed {waited.TotalSeconds:0.0} s after the entrypoint was "
                        + $"asked, and {left.TotalSeconds:0.0} s were expected");
                }

                return failure is not null && waited < LeastPatience ? failure : TooSlow(uri, waited, failure);
            }
        }

        stop.ThrowIfCancellationRequested();
        return failure
            ?? new Answer.None(Reason.WindowClosed, "the window closed before the entrypoint could be asked");

        TimeSpan Left() => left - time.GetElapsedTime(opened);
    }

    /// <summary>One request. Null problem: the value is good.</summary>
    public async Task<(DecimalText Value, Answer.None? Problem)> AskAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var (asked, hasAnswered) = (time.GetTimestamp(), false);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            using var response = await network.SendAsync(request, either.Token);
            hasAnswered = true;
            var (body, isWhole) = await BodyAsync(response, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return (default, new Answer.None(Reason.ModelError,
                    $"GET {Shown(uri)} answered HTTP {(int)response.StatusCode}: {AnswerText.Excerpt(body)}"));
            }

            var problem = $"the body is longer than {AnswerText.MaxBytes} bytes";
            if (!isWhole || !AnswerText.TryRead(body, out var value, out problem))
            {
                return (default, new Answer.None(Reason.ModelAnswerInvalid, $"GET {Shown(uri)}: {problem}"));
            }

            _ahead.Took(time.GetElapsedTime(asked));
            return (value, null);
        }
        catch (OperationCanceledException)
            when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (default, new Answer.None(Reason.ModelTimeout,
                $"GET {Shown(uri)} gave no answer within {options.AttemptTimeout.TotalSeconds:0.###} s"));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return (default, hasAnswered
                ? new Answer.None(Reason.ModelAnswerInvalid, $"GET {Shown(uri)}: the body broke off: {fault.Message}")
                : new Answer.None(Reason.ModelUnreachable, $"GET {Shown(uri)}: {fault.Message}"));
        }
    }

    /// <summary>The first good answer of a request and, if that takes too long, of a second one beside it.</summary>
    private async Task<((DecimalText Value, Answer.None? Problem) Answer, int Requests)> RoundAsync(
        Task<(DecimalText Value, Answer.None? Problem)> first, Uri uri, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Task.WhenAny(first, Task.Delay(patience, time, over.Token));
            cancellationToken.ThrowIfCancellationRequested();
            if (first.IsCompleted)
            {
                return (await first, 1);
            }

            var second = AskAsync(uri, over.Token);
            var sooner = await Task.WhenAny(first, second);
            var answer = await sooner;
            return (answer.Problem is null ? answer : await (sooner == first ? second : first), 2);
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private Answer.None TooSlow(Uri uri, TimeSpan waited, Answer.None? before)
    {
        if (before is null)
        {
            // How long it would have taken is not known: next time it is asked as if it were twice as long.
            _ahead.Took(2 * waited);
        }

        return new Answer.None(Reason.ModelTimeout,
            $"GET {Shown(uri)} had not answered when the window closed, {waited.TotalSeconds:0.#} s after it was asked"
            + (before is null ? "" : $"; before that: {before.Detail}"));
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken window)
    {
        double chance;
        lock (_chance)
        {
            chance = random.NextDouble();
        }

        await Task.Delay(pause * (0.75 + (chance / 2)), time, window)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private Uri? Target(DutyId duty) =>
        Uri.TryCreate(UrlTemplate.Fill(options, duty.Topic, duty.Nonce), UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" ? uri : null;

    private static async Task<(string Body, bool IsWhole)> BodyAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[AnswerText.MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return (Encoding.UTF8.GetString(buffer, 0, length), length <= AnswerText.MaxBytes);
    }

    /// <summary>A query may hold a token; it is not shown.</summary>
    private static string Shown(Uri uri) => uri.GetLeftPart(UriPartial.Path);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Duty}: attempt {Attempt} at the entrypoint failed: {Detail}")]
    private partial void AttemptFailed(DutyId duty, int attempt, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Duty}: the entrypoint is asked before the window opens")]
    private partial void AskedAhead(DutyId duty);
}
