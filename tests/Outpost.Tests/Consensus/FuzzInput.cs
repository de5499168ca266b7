using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Outpost.Tests.Consensus;

/// <summary>One request as a server hands it on: its path decoded, the rest as it came.</summary>
internal sealed record FuzzInput(
    string Method, string Path, string Query, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>The request as a context, whose answer is written to memory.</summary>
    public DefaultHttpContext ToContext(CancellationToken aborted)
    {
        var http = new DefaultHttpContext { RequestAborted = aborted };
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.Request.Method = Method;
        http.Request.Path = new PathString("/" + Path);
        http.Request.QueryString = Query.Length == 0 ? default : new QueryString("?" + Query);
        foreach (var (name, value) in Headers)
        {
            http.Request.Headers[name] = StringValues.Concat(http.Request.Headers[name], value);
        }

        http.Request.Body = new MemoryStream(Body, writable: false);
        http.Response.Body = new MemoryStream();
        return http;
    }

    public override string ToString() => $"{Method} /{Path}?{Query}\n"
        + string.Concat(Headers.Select(header => $"{header.Name}: {header.Value}\n"))
        + $"{Encoding.UTF8.GetString(Body)}\n(base64 {Convert.ToBase64String(Body)})";
}
