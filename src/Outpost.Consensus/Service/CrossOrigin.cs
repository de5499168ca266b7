using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Outpost.Consensus.Service;

/// <summary>
/// Lets pages of other origins call, as the reference does: any origin, method and header, with credentials.
/// </summary>
internal static class CrossOrigin
{
    /// <summary>How long a browser may remember it.</summary>
    private const string MaxAgeSeconds = "600";

    /// <summary>Adds what a browser wants to see; true when that was all that was asked for.</summary>
    public static bool Answers(HttpContext http)
    {
        var (request, response) = (http.Request, http.Response);
        if (!IsPlain(request.Headers.Origin))
        {
            return false;
        }

        var asked = request.Headers.AccessControlRequestMethod;
        var isPreflight = HttpMethods.IsOptions(request.Method) && asked.Count > 0;

        // A browser that sends credentials takes no "*" for an origin.
        var isEchoed = isPreflight || request.Headers.Cookie.Count > 0;
        response.Headers.AccessControlAllowOrigin = isEchoed ? request.Headers.Origin : "*";
        response.Headers.AccessControlAllowCredentials = "true";
        if (isEchoed)
        {
            response.Headers.Vary = "Origin";
        }

        if (!isPreflight)
        {
            return false;
        }

        response.Headers.AccessControlAllowMethods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
        response.Headers.AccessControlMaxAge = MaxAgeSeconds;
        if (request.Headers.AccessControlRequestHeaders is var headers && IsPlain(headers))
        {
            response.Headers.AccessControlAllowHeaders = headers;
        }

        response.ContentLength = 0;
        return true;
    }

    /// <summary>True for what can be echoed: browsers say nothing but visible ASCII characters and blanks.</summary>
    private static bool IsPlain(StringValues values) =>
        values is [{ Length: > 0 } value] && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
