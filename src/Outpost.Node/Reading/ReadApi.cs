using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Outpost.Node.Journal;

namespace Outpost.Node.Reading;

/// <summary>Tells over HTTP what can be read of snapshots. Nothing can be changed by it, so anybody may ask.</summary>
internal sealed partial class ReadApi : IAsyncDisposable
{
    /// <summary>Connections at once: more are not accepted, so that memory has a bound.</summary>
    private const int MostConnections = 1000;

    private readonly ReadRoutes _routes;
    private readonly ILogger _logger;
    private readonly WebApplication _server;

    private ReadApi(IPEndPoint listen, ReadRoutes routes, ILoggerFactory loggers)
    {
        _routes = routes;
        _logger = loggers.CreateLogger<ReadApi>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(listen);
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<ReadApi> StartAsync(
        IPEndPoint listen, ReadRoutes routes, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var api = new ReadApi(listen, routes, loggers);
        try
        {
            await api._server.StartAsync(cancellationToken);
            api.Address = new Uri(api._server.Services.GetRequiredService<IServer>().Features
                .Get<IServerAddressesFeature>()!.Addresses.First());
            api.Listening(api.Address);
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var answer = Answer(http);
        var response = http.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        // For pages of others too: there is nothing to be had here that is not for all.
        response.Headers.AccessControlAllowOrigin = "*";
        if (answer.Next is { } next)
        {
            response.Headers.Link = $"<{next}>; rel=\"next\"";
        }

        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.BodyWriter.WriteAsync(answer.Body, http.RequestAborted);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A fault ends its request with 500, and is logged.")]
    private ReadAnswer Answer(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.Headers.Allow = "GET, HEAD";
            return ReadAnswer.Problem(405, "this can only be read: GET");
        }

        try
        {
            return _routes.Answer(http.Request.Path.Value ?? "", http.Request.Query);
        }
        catch (JournalException fault) when (fault.IsTransient)
        {
            return ReadAnswer.Problem(503, "the store cannot be read now: try again");
        }
        catch (Exception fault)
        {
            Failed(http.Request.Path, fault);
            return ReadAnswer.Problem(500, "a fault in this service: its log has more");
        }
    }

    [LoggerMessage(LogLevel.Information, "Snapshots can be read at {Address}")]
    private partial void Listening(Uri address);

    [LoggerMessage(LogLevel.Error, "A fault ended {Path}")]
    private partial void Failed(string path, Exception fault);

    /// <summary>The program decides about signals.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
