using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PriceModel;

namespace Outpost.App.Demo;

/// <summary>
/// The sample model of samples/model-csharp, served inside this process on a free loopback port, and beside it all else
/// that the demo's topics are asked for: truth, forecasts, and what other people's models infer.
/// </summary>
internal sealed class HostedModel : IAsyncDisposable
{
    private readonly WebApplication _server;

    private HostedModel(WebApplication server) => _server = server;

    /// <summary>What a model infers of a topic at a block.</summary>
    public delegate double Inference(long topic, long block);

    /// <summary>The truth of a block is the price this much later.</summary>
    public const int HorizonBlocks = 12;

    /// <summary>The sample model's own answer.</summary>
    public string InferenceUrl => Url("inference");

    /// <summary>For each inferer the loss that it had an epoch before.</summary>
    public string ForecastsUrl => Url("forecasts");

    public string TruthUrl => Url("truth");

    /// <summary>A truth that is a little wrong, from a careless source.</summary>
    public string CarelessTruthUrl => Url("careless-truth");

    /// <summary>Says that the price stays, and has it from an epoch ago.</summary>
    public string SlowUrl => Url("slow");

    /// <summary>Says that the price goes on as in the last blocks, and overdoes it.</summary>
    public string HastyUrl => Url("hasty");

    public static double Slow(long topic, long block) => new PriceSeries(topic).At(block - HorizonBlocks);

    public static double Hasty(long topic, long block)
    {
        var price = new PriceSeries(topic);
        return price.At(block) + (HorizonBlocks * (price.At(block) - price.At(block - 1)));
    }

    /// <param name="inferers">Those whose losses are forecast, by address.</param>
    public static async Task<HostedModel> StartAsync(
        IReadOnlyDictionary<string, Inference> inferers, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = PriceModelServer.Build(["--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Services.AddSingleton(loggers);
            // The program that hosts it decides about signals.
            builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        });
        Answer("truth", Truth);
        Answer("careless-truth", (topic, block) => Truth(topic, block) * 1.002);
        Answer("slow", Slow);
        Answer("hasty", Hasty);
        server.MapGet("/forecasts/{topic:long}/{block:long}", (long topic, long block) => Results.Json(
            inferers.ToDictionary(of => of.Key, of => Number(LossBefore(of.Value, topic, block)))));
        await server.StartAsync(cancellationToken);
        return new HostedModel(server);

        void Answer(string path, Inference answer) => server.MapGet(
            $"/{path}/{{topic:long}}/{{block:long}}",
            (long topic, long block) => Results.Text(Number(answer(topic, block))));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>With the names that a topic's entrypoint fills in.</summary>
    private string Url(string path) => $"{_server.Urls.First()}/{path}/{{TopicId}}/{{BlockHeight}}";

    private static double Truth(long topic, long block) => new PriceSeries(topic).At(block + HorizonBlocks);

    /// <summary>log10 of the squared error at the newest block whose truth is known at this one.</summary>
    private static double LossBefore(Inference inference, long topic, long block)
    {
        var error = inference(topic, block - HorizonBlocks) - Truth(topic, block - HorizonBlocks);
        return Math.Log10(Math.Max(error * error, 1e-12));
    }

    private static string Number(double value) => value.ToString("F6", CultureInfo.InvariantCulture);

    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
