using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Wire;
using Outpost.Node.Duties;

namespace Outpost.Node.Compute;

/// <summary>A model behind a URL: asked by GET, again while the window is open, until it gives a number.</summary>
public sealed partial class HttpEntrypoint(
    HttpEntrypointOptions options, HttpMessageInvoker network, TimeProvider time, Random random, ILogger logger)
{
    /// <summary>No pause between two attempts is longer, however long the window.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Asks until an answer is good or <paramref name="windowClosed"/> is cancelled. Cancellation of
    /// <paramref name="stop"/> is thrown.
    /// </summary>
    public async Task<Answer> InferAsync(DutyId duty, CancellationToken windowClosed, CancellationToken stop)
    {
        var url = UrlTemplate.Fill(options, duty.Topic, duty.Nonce);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return new Answer.None(Reason.ModelUnreachable, $"the entrypoint's URL is not an http URL: {url}");
        }

        using var window = CancellationTokenSource.CreateLinkedTokenSource(stop, windowClosed);
        var failure = new Answer.None(Reason.WindowClosed, "the window closed before the entrypoint could be asked");
        var pause = options.RetryDelay;
        for (var attempt = 1; !windowClosed.IsCancellationRequested; attempt++)
        {
            try
            {
                var (value, problem) = await AskAsync(uri, window.Token);
                if (problem is null)
                {
                    return new Answer.Value(value, attempt);
                }

                failure = problem;
                AttemptFailed(duty, attempt, failure.Detail);
                await Task.Delay(pause * (0.75 + (random.NextDouble() / 2)), time, window.Token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (OperationCanceledException)
                when (windowClosed.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                return attempt > 1 ? failure : new Answer.None(
                    Reason.ModelTimeout, $"GET {Shown(uri)} had not answered when the window closed");
            }
        }

        return failure;
    }

    /// <summary>One request. Null problem: the value is good.</summary>
    public async Task<(DecimalText Value, Answer.None? Problem)> AskAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            using var response = await network.SendAsync(request, either.Token);
            var (body, isWhole) = await BodyAsync(response, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return (default, new Answer.None(Reason.ModelError,
                    $"GET {Shown(uri)} answered HTTP {(int)response.StatusCode}: {AnswerText.Excerpt(body)}"));
            }

            var problem = $"the body is longer than {AnswerText.MaxBytes} bytes";
            return isWhole && AnswerText.TryRead(body, out var value, out problem)
                ? (value, null)
                : (default, new Answer.None(Reason.ModelAnswerInvalid, $"GET {Shown(uri)}: {problem}"));
        }
        catch (OperationCanceledException)
            when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (default, new Answer.None(Reason.ModelTimeout,
                $"GET {Shown(uri)} gave no answer within {options.AttemptTimeout.TotalSeconds:0.###} s"));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return (default, new Answer.None(Reason.ModelUnreachable, $"GET {Shown(uri)}: {fault.Message}"));
        }
    }

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
}
