using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PriceModel;

namespace Outpost.App.Demo;

/// <summary>The sample model of samples/model-csharp, served inside this process on a free loopback port.</summary>
internal sealed class HostedModel : IAsyncDisposable
{
    private readonly WebApplication _server;

    private HostedModel(WebApplication server) => _server = server;

    /// <summary>With the names that a topic's entrypoint fills in.</summary>
    public string UrlTemplate => $"{_server.Urls.First()}/inference/{{TopicId}}/{{BlockHeight}}";

    public static async Task<HostedModel> StartAsync(ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = PriceModelServer.Build(["--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Services.AddSingleton(loggers);
            // The program that hosts it decides about signals.
            builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        });
        await server.StartAsync(cancellationToken);
        return new HostedModel(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
