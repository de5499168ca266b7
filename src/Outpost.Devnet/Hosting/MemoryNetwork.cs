using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Hosting;

/// <summary>
/// A network in memory whose hosts are a devnet's nodes: requests and websockets come to them without a socket and
/// without a thread. Waits go through the time that is passed in.
/// </summary>
internal sealed class MemoryNetwork(
    IReadOnlyList<IMemoryHost> hosts, MemorySockets sockets, TimeProvider time, Func<TimeSpan>? delay)
    : HttpMessageHandler
{
    /// <summary>RFC 6455, 1.3.</summary>
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri!;
        await PassAsync(cancellationToken);
        var face = Find(url);
        var isOpen = false;
        NodeReply? reply;
        if (request.Headers.Upgrade.Count > 0 && face.TakesSockets(url.AbsolutePath))
        {
            (isOpen, reply) = await face.OpenSocketAsync(cancellationToken);
        }
        else
        {
            reply = await face.AnswerAsync(await ReadAsync(request, cancellationToken), cancellationToken);
        }

        await PassAsync(cancellationToken);
        return isOpen ? Upgrade(request, face)
            : reply is not null ? Response(request, reply)
            : throw Refused(url);
    }

    private INodeFace Find(Uri url)
    {
        foreach (var host in hosts)
        {
            if (string.Equals(host.Host, url.Host, StringComparison.OrdinalIgnoreCase))
            {
                return host.FaceAt(url.Port) ?? throw Refused(url);
            }
        }

        throw new HttpRequestException(
            HttpRequestError.NameResolutionError, $"Name or service not known ({url.Host}:{url.Port})");
    }

    private static HttpRequestException Refused(Uri url) =>
        new(HttpRequestError.ConnectionError, $"Connection refused ({url.Host}:{url.Port})");

    private async ValueTask PassAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (delay?.Invoke() is { } wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private HttpResponseMessage Upgrade(HttpRequestMessage request, INodeFace face)
    {
        var key = request.Headers.GetValues("Sec-WebSocket-Key").First();
        var (client, server) = MemoryDuplex.Connect(time, delay);
        var socket = WebSocket.CreateFromStream(server, new WebSocketCreationOptions
        {
            IsServer = true,
            KeepAliveInterval = TimeSpan.Zero,
        });
        sockets.Serve(face, socket);
        var response = new HttpResponseMessage(HttpStatusCode.SwitchingProtocols)
        {
            RequestMessage = request,
            Content = new UpgradedContent(client),
        };
        response.Headers.Connection.Add("Upgrade");
        response.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        response.Headers.Add("Sec-WebSocket-Accept", Accept(key));
        return response;
    }

    /// <summary>SHA-1 is what the handshake is made of; it protects nothing.</summary>
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1.
    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350

    private static async Task<NodeRequest> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            headers[name.ToLowerInvariant()] = values.ToString();
        }

        byte[] body = [];
        if (request.Content is { } content)
        {
            body = await content.ReadAsByteArrayAsync(cancellationToken);
            foreach (var (name, values) in content.Headers.NonValidated)
            {
                headers[name.ToLowerInvariant()] = values.ToString();
            }
        }

        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in QueryHelpers.ParseQuery(request.RequestUri!.Query))
        {
            query[name] = values.LastOrDefault() ?? "";
        }

        return new NodeRequest(
            request.Method.Method, Uri.UnescapeDataString(request.RequestUri.AbsolutePath), query, headers, body);
    }

    private static HttpResponseMessage Response(HttpRequestMessage request, NodeReply reply)
    {
        var response = new HttpResponseMessage((HttpStatusCode)reply.Status)
        {
            RequestMessage = request,
            Version = request.Version,
            Content = new ReadOnlyMemoryContent(reply.Body),
        };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", reply.ContentType);
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        foreach (var (name, value) in reply.Trailers)
        {
            response.TrailingHeaders.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    /// <summary>The client's end of the connection that the handshake leaves open.</summary>
    private sealed class UpgradedContent(Stream connection) : HttpContent
    {
        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => connection;

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(connection);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            throw new NotSupportedException("An upgraded connection is read and written, not copied.");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                connection.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
