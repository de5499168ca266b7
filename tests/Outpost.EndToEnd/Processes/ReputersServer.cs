using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Outpost.EndToEnd.Processes;

/// <summary>All that a Go node's file points at: a model, a source of truth and a loss service, which is counted.</summary>
internal sealed class ReputersServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private int _losses;

    private ReputersServer(WebApplication server) => _server = server;

    internal string Url => _server.Urls.First();

    /// <summary>How many losses it was asked for.</summary>
    internal int Losses => Volatile.Read(ref _losses);

    internal static async Task<ReputersServer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var made = new ReputersServer(builder.Build());
        made._server.MapGet("/inference/{token}", (HttpContext context) => context.Response.WriteAsync("3012.5"));
        made._server.MapGet("/gt/{token}/{block}", (HttpContext context) => context.Response.WriteAsync("3,010.25"));
        made._server.MapPost("/is_never_negative",
            (HttpContext context) => context.Response.WriteAsync("""{ "is_never_negative": true }"""));
        made._server.MapPost("/calculate", made.CalculateAsync);
        await made._server.StartAsync(cancellationToken);
        return made;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task CalculateAsync(HttpContext context)
    {
        Interlocked.Increment(ref _losses);
        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var error = Number("y_true") - Number("y_pred");
        await context.Response.WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $$"""{ "loss": "{{error * error}}" }"""));

        decimal Number(string name) =>
            decimal.Parse(body.RootElement.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
    }
}
