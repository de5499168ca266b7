using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Outpost.EndToEnd.Processes;

/// <summary>A model on loopback that never answers the same number twice: who asks twice, shows it.</summary>
internal sealed class CountingModel : IAsyncDisposable
{
    private readonly WebApplication _server;
    private int _requests;

    private CountingModel(WebApplication server) => _server = server;

    internal int Requests => Volatile.Read(ref _requests);

    /// <summary>While set, requests are held until it completes.</summary>
    internal TaskCompletionSource? Hold { get; set; }

    internal string UrlTemplate => $"{_server.Urls.First()}/{{TopicId}}/{{BlockHeight}}";

    internal static async Task<CountingModel> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var model = new CountingModel(builder.Build());
        model._server.MapGet("/{topic}/{block}", model.AnswerAsync);
        await model._server.StartAsync(cancellationToken);
        return model;
    }

    public ValueTask DisposeAsync()
    {
        Hold?.TrySetResult();
        return _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref _requests);
        if (Hold is { } hold)
        {
            await hold.Task.WaitAsync(context.RequestAborted);
        }

        await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{number}.5"));
    }
}
