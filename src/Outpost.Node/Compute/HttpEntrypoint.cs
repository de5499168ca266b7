using System.Net;
using Outpost.Node.Duties;

namespace Outpost.Node.Compute;

/// <summary>A model behind a URL, asked by GET.</summary>
public sealed class HttpEntrypoint(HttpEntrypointOptions options, HttpMessageInvoker network) : IEntrypoint
{
    /// <summary>A query may hold a token; it is not shown.</summary>
    public string Describe(Question question) => Target(question) is { } uri
        ? $"GET {uri.GetLeftPart(UriPartial.Path)}"
        : "GET, with a URL that is none,";

    public string Request(Question question) => Describe(question);

    public async Task<Reply> AskAsync(Question question, CancellationToken cancellationToken)
    {
        if (Target(question) is not { } uri)
        {
            return new Answer.None(Reason.ModelUnreachable, "the entrypoint's URL is not an http URL: "
                + UrlTemplate.Fill(options, question));
        }

        var (name, hasAnswered) = (Describe(question), false);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            using var response = await network.SendAsync(request, cancellationToken);
            hasAnswered = true;
            var most = AnswerText.MaxBytesOf(question);
            var (body, isWhole) = await BoundedBody.ReadAsync(response, most, cancellationToken);
            if (question.Kind == AnswerKind.GroundTruth && SaysNotYet(response.StatusCode))
            {
                return AnswerText.NotYet(name);
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                return new Answer.None(Reason.ModelError,
                    $"{name} answered HTTP {(int)response.StatusCode}: {AnswerText.Excerpt(body)}");
            }

            return isWhole
                ? AnswerText.Read(question, name, body)
                : new Answer.None(Reason.ModelAnswerInvalid, $"{name}: the body is longer than {most} bytes");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return hasAnswered
                ? new Answer.None(Reason.ModelAnswerInvalid, $"{name}: the body broke off: {fault.Message}")
                : new Answer.None(Reason.ModelUnreachable, $"{name}: {fault.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>No Content, Not Found and Too Early: there is nothing for this block, and there may be soon.</summary>
    private static bool SaysNotYet(HttpStatusCode status) =>
        status is HttpStatusCode.NoContent or HttpStatusCode.NotFound || (int)status == 425;

    private Uri? Target(Question question) =>
        Uri.TryCreate(UrlTemplate.Fill(options, question), UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" ? uri : null;
}
