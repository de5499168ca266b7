using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Outpost.Tests.Node;

/// <summary>A model on loopback that sends whoever asks to itself, for ever.</summary>
internal sealed class RedirectingModel : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RedirectingModel(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<RedirectingModel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return new RedirectingModel(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
