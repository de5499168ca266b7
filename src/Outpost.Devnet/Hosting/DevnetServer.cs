using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Hosting;

/// <summary>
/// A thin Kestrel around the nodes' faces: one port each for CometBFT RPC, LCD with faucet, and gRPC.
/// </summary>
internal sealed class DevnetServer(DevnetOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    private const long MaxBodyBytes = 4_000_000;
    private const int PortStep = 10;
    private readonly List<WebApplication> _applications = [];
    private readonly CancellationTokenSource _stopping = new();

    public async Task StartAsync(IReadOnlyList<DevnetNode> nodes, CancellationToken cancellationToken)
    {
        foreach (var (index, node) in nodes.Index())
        {
            node.Rpc = await ListenAsync(node, Face.Rpc, Port(options.RpcPort, index), cancellationToken);
            node.Lcd = await ListenAsync(node, Face.Lcd, Port(options.LcdPort, index), cancellationToken);
            node.Grpc = await ListenAsync(node, Face.Grpc, Port(options.GrpcPort, index), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var application in _applications)
        {
            await application.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private static int Port(int first, int index) => first == 0 ? 0 : first + (index * PortStep);

    private async Task<Uri> ListenAsync(DevnetNode node, Face face, int port, CancellationToken cancellationToken)
    {
        var protocols = face == Face.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(options.ListenAddress, port, listen => listen.Protocols = protocols);
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(context => ServeAsync(context, node, face));
        _applications.Add(application);
        await application.StartAsync(cancellationToken);
        var address = application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First();
        return new(address.Replace("0.0.0.0", IPAddress.Loopback.ToString(), StringComparison.Ordinal));
    }

    private static bool IsSocket(HttpContext context, Face face) =>
        face == Face.Rpc && context.Request.Path.StartsWithSegments("/websocket", StringComparison.Ordinal);

    private async Task ServeAsync(HttpContext context, DevnetNode node, Face face)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await (IsSocket(context, face)
                ? SocketAsync(context, node, ending.Token)
                : AnswerAsync(context, node, face, ending.Token));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client or the server goes away while the reply is held back.
            context.Abort();
        }
    }

    private static async Task SocketAsync(HttpContext context, DevnetNode node, CancellationToken cancellationToken)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var (isOpen, reply) = await node.Front.OpenSocketAsync(cancellationToken);
        if (!isOpen)
        {
            await WriteAsync(context, reply, cancellationToken);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await node.Faces.ServeSocketAsync(socket, cancellationToken);
    }

    private static async Task AnswerAsync(
        HttpContext context, DevnetNode node, Face face, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellationToken);
        var request = new NodeRequest(
            context.Request.Method,
            context.Request.Path.Value ?? "/",
            context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.LastOrDefault() ?? ""),
            context.Request.Headers.ToDictionary(
                pair => pair.Key.ToLowerInvariant(), pair => pair.Value.ToString(), StringComparer.Ordinal),
            body.GetBuffer().AsMemory(0, (int)body.Length));
        await WriteAsync(
            context, await node.Front.AnswerAsync(face, request, cancellationToken), cancellationToken);
    }

    /// <param name="reply">Null: the connection breaks.</param>
    private static async Task WriteAsync(HttpContext context, NodeReply? reply, CancellationToken cancellationToken)
    {
        if (reply is null)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        foreach (var (name, _) in reply.Trailers)
        {
            context.Response.DeclareTrailer(name);
        }

        if (reply.Trailers.Count == 0)
        {
            context.Response.ContentLength = reply.Body.Length;
        }

        await context.Response.Body.WriteAsync(reply.Body, cancellationToken);
        foreach (var (name, value) in reply.Trailers)
        {
            context.Response.AppendTrailer(name, value);
        }
    }

    /// <summary>Leaves signals to the program: the default would catch a second Ctrl-C and keep it alive.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
