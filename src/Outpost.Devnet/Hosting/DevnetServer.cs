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
/// A thin Kestrel around the node's faces: one port each for CometBFT RPC, LCD with faucet, and gRPC.
/// </summary>
internal sealed class DevnetServer : IAsyncDisposable
{
    private const long MaxBodyBytes = 4_000_000;
    private readonly List<WebApplication> _applications = [];
    private readonly CancellationTokenSource _stopping = new();

    public required DevnetOptions Options { get; init; }

    public required DevnetFaces Faces { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public Uri Rpc { get; private set; } = new("http://localhost");

    public Uri Lcd { get; private set; } = new("http://localhost");

    public Uri Grpc { get; private set; } = new("http://localhost");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Rpc = await ListenAsync(Options.RpcPort, HttpProtocols.Http1, RpcAsync, cancellationToken);
        Lcd = await ListenAsync(Options.LcdPort, HttpProtocols.Http1, Through(Faces.LcdAsync), cancellationToken);
        Grpc = await ListenAsync(Options.GrpcPort, HttpProtocols.Http2, Through(Faces.GrpcAsync), cancellationToken);
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

    private async Task<Uri> ListenAsync(
        int port, HttpProtocols protocols, RequestDelegate answer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(Options.ListenAddress, port, listen => listen.Protocols = protocols);
        });
        builder.Services.AddSingleton(Loggers);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(answer);
        _applications.Add(application);
        await application.StartAsync(cancellationToken);
        var address = application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First();
        return new(address.Replace("0.0.0.0", IPAddress.Loopback.ToString(), StringComparison.Ordinal));
    }

    private static RequestDelegate Through(Func<NodeRequest, CancellationToken, Task<NodeReply>> face) =>
        context => AnswerAsync(context, face);

    private async Task RpcAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/websocket", StringComparison.Ordinal))
        {
            await AnswerAsync(context, Faces.RpcAsync);
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        await Faces.ServeSocketAsync(socket, ending.Token);
    }

    private static async Task AnswerAsync(
        HttpContext context, Func<NodeRequest, CancellationToken, Task<NodeReply>> face)
    {
        var cancellationToken = context.RequestAborted;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellationToken);
        var request = new NodeRequest(
            context.Request.Method,
            context.Request.Path.Value ?? "/",
            context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.LastOrDefault() ?? ""),
            context.Request.Headers.ToDictionary(
                pair => pair.Key.ToLowerInvariant(), pair => pair.Value.ToString(), StringComparer.Ordinal),
            body.GetBuffer().AsMemory(0, (int)body.Length));
        var reply = await face(request, cancellationToken);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
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
