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

/// <summary>A thin Kestrel around what nodes serve, one port for each of their faces.</summary>
internal sealed class DevnetServer(IPAddress address, ILoggerFactory loggers) : IAsyncDisposable
{
    private const long MaxBodyBytes = 4_000_000;
    private const int PortStep = 10;
    private readonly List<WebApplication> _applications = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The port of a further node; any free one where the first has none.</summary>
    /// <param name="index">From 0.</param>
    public static int Port(int first, int index) => first == 0 ? 0 : first + (index * PortStep);

    /// <summary>Listens until disposed.</summary>
    /// <param name="port">0: any free one.</param>
    /// <returns>Where it listens.</returns>
    public async Task<Uri> ListenAsync(
        INodeFace face, HttpProtocols protocols, int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(address, port, listen => listen.Protocols = protocols);
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var application = builder.Build();
        application.UseWebSockets();
        // Taken now: a request that comes while this is disposed must still find it.
        var stopped = _stopping.Token;
        application.Run(context => ServeAsync(context, face, stopped));
        _applications.Add(application);
        await application.StartAsync(cancellationToken);
        var listens = application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First();
        return new(listens.Replace("0.0.0.0", IPAddress.Loopback.ToString(), StringComparison.Ordinal));
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

    private static async Task ServeAsync(HttpContext context, INodeFace face, CancellationToken stopped)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopped);
        try
        {
            await (context.WebSockets.IsWebSocketRequest && face.TakesSockets(context.Request.Path.Value ?? "/")
                ? SocketAsync(context, face, ending.Token)
                : AnswerAsync(context, face, ending.Token));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client or the server goes away while the reply is held back.
            context.Abort();
        }
    }

    private static async Task SocketAsync(HttpContext context, INodeFace face, CancellationToken cancellationToken)
    {
        var (isOpen, reply) = await face.OpenSocketAsync(cancellationToken);
        if (!isOpen)
        {
            await WriteAsync(context, reply, cancellationToken);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await face.ServeSocketAsync(socket, cancellationToken);
    }

    private static async Task AnswerAsync(HttpContext context, INodeFace face, CancellationToken cancellationToken)
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
        await WriteAsync(context, await face.AnswerAsync(request, cancellationToken), cancellationToken);
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
