using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Outpost.Consensus.Contract;

namespace Outpost.Consensus.Service;

/// <summary>Finds the route of a request and writes its answer; each request ends here, whatever happens.</summary>
internal sealed partial class Router(Routes routes, RequestIds ids, TimeProvider time, ILogger<Router> log)
{
    /// <summary>
    /// Before a flood is told again that it is refused. It costs as much to refuse a call as to take one, so whoever
    /// waits for the answer leaves the machine to the others meanwhile.
    /// </summary>
    private static readonly TimeSpan FloodPause = TimeSpan.FromMilliseconds(50);

    private static readonly Answer NotFound = Answer.Of(404, """{"detail":"Not Found"}"""u8);
    private static readonly Answer NotAllowed = Answer.Of(405, """{"detail":"Method Not Allowed"}"""u8);

    [SuppressMessage("Design", "CA1031", Justification = "A fault ends its request with 500, and is logged.")]
    public async Task HandleAsync(HttpContext http)
    {
        var id = ids.Next();
        http.Response.Headers["X-Request-ID"] = id;
        try
        {
            if (CrossOrigin.Answers(http))
            {
                return;
            }

            var answer = await AnswerAsync(http);
            if (answer.IsToFlood)
            {
                await Task.Delay(FloodPause, time, http.RequestAborted);
            }

            await WriteAsync(http, answer);
        }
        catch (BadHttpRequestException fault)
        {
            await WriteAsync(http, Answer.Error(fault.StatusCode, fault.Message));
        }
        catch (ConsensusException fault) when (fault.IsTransient)
        {
            await WriteAsync(http, Answer.Error(503, fault.Message) with { RetryAfter = TimeSpan.FromSeconds(1) });
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception fault)
        {
            Failed(http.Request.Path, id, fault);
            await WriteAsync(http, Answer.InternalError(id));
        }
    }

    private async Task<Answer> AnswerAsync(HttpContext http)
    {
        if (routes.Find(http.Request.Path.Value ?? "") is not { } route)
        {
            return NotFound;
        }

        var isRight = route.IsPost
            ? HttpMethods.IsPost(http.Request.Method)
            : HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        return isRight ? await route.AnswerAsync(http) ?? NotFound : NotAllowed;
    }

    private static Task WriteAsync(HttpContext http, in Answer answer)
    {
        var response = http.Response;
        if (response.HasStarted)
        {
            return Task.CompletedTask;
        }

        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Json.Length;
        if (answer.RetryAfter is { } pause)
        {
            response.Headers.RetryAfter = ((long)pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(answer.Json).AsTask();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A fault ended {Path} (request {Id})")]
    private partial void Failed(string path, string id, Exception fault);
}
