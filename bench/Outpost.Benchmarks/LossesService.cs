using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Node.Compute;
using Outpost.Node.Losses;

namespace Outpost.Benchmarks;

/// <summary>
/// All losses of a full epoch from a service on loopback that takes 10 ms for each: ours, and a peer that posts one
/// after the other over a connection that stays open, as today's reputers do.
/// </summary>
internal static class LossesService
{
    private const double MostOfPeer = 0.05;
    // In turns; one more comes first, in which code is compiled.
    private const int Epochs = 5;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(10);

    private static readonly TopicValue Truth = LossEpoch.Truth(isProbability: false);

    private static readonly Dictionary<string, string> Method = new() { ["loss_method"] = "sqe" };

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var server = Server();
        await server.StartAsync(cancellationToken);
        var url = new Uri(server.Urls.First());
        var (our, peers) = (new List<double>(), new List<double>());
        for (var epoch = 0; epoch <= Epochs; epoch++)
        {
            var took = (Ours: await OursAsync(url, epoch, cancellationToken),
                Peer: await PeerAsync(url, epoch, cancellationToken));
            if (epoch > 0)
            {
                our.Add(took.Ours);
                peers.Add(took.Peer);
            }
        }

        var (ours, peer) = (new Samples(our), new Samples(peers));
        Console.Error.WriteLine($"ours {ours.Median:0.0} ms, one after the other {peer.Median:0.0} ms: "
            + $"{peer.Median / ours.Median:0.0} times less; slowest of ours {ours.Percentile(1):0.0} ms");
        return
        [
            Figure.BesidePeer(
                MostOfPeer, "losses-service", ours.Median, $"ms for {LossEpoch.Losses} losses of 10 ms",
                "one post after the other", peer.Median),
        ];
    }

    private static async Task<double> OursAsync(Uri url, int epoch, CancellationToken cancellationToken)
    {
        // New connections and a new negotiation for each epoch: nothing is left over from the one before.
        using var sockets = new SocketsHttpHandler();
        using var network = new HttpMessageInvoker(sockets);
        using var service = new LossService(
            new LossServiceOptions { Url = url, Method = Method }, network, TimeProvider.System, NullLogger.Instance);
        var inferences = LossEpoch.Inferences(epoch, isProbability: false);
        var begun = TimeProvider.System.GetTimestamp();
        var losses = await service.LossesAsync(Truth, inferences, SmallLoss.Refuse, cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(begun);
        return losses is LossBundle.Complete
            ? took.TotalMilliseconds
            : throw new InvalidOperationException($"There were no losses: {losses}");
    }

    private static async Task<double> PeerAsync(Uri url, int epoch, CancellationToken cancellationToken)
    {
        using var sockets = new SocketsHttpHandler();
        using var client = new HttpClient(sockets) { BaseAddress = url };
        var predictions = new List<string>();
        LossEpoch.Inferences(epoch, isProbability: false).Map((_, value) =>
        {
            predictions.Add(value.Scalar!.Value.Text);
            return 0;
        });
        var begun = TimeProvider.System.GetTimestamp();
        await PostAsync(client, "/is_never_negative", new { options = Method }, "is_never_negative", cancellationToken);
        foreach (var prediction in predictions)
        {
            var truth = Truth.Scalar!.Value.Text;
            await PostAsync(
                client, "/calculate", new { y_true = truth, y_pred = prediction, options = Method }, "loss",
                cancellationToken);
        }

        return TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static async Task PostAsync(
        HttpClient client, string route, object body, string member, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync(new Uri(route, UriKind.Relative), body, cancellationToken);
        var answer = await response.EnsureSuccessStatusCode().Content
            .ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (!answer.TryGetProperty(member, out _))
        {
            throw new InvalidOperationException($"{route} answered without {member}.");
        }
    }

    private static WebApplication Server()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/is_never_negative", () => Results.Json(new { is_never_negative = true }));
        app.MapPost("/calculate", async (HttpContext context) =>
        {
            var asked = await context.Request.ReadFromJsonAsync<JsonElement>(context.RequestAborted);
            await Task.Delay(Latency, TimeProvider.System, context.RequestAborted);
            var error = Number(asked, "y_pred") - Number(asked, "y_true");
            var loss = (error * error).ToString("R", CultureInfo.InvariantCulture);
            await context.Response.WriteAsJsonAsync(new { loss }, context.RequestAborted);
        });
        return app;
    }

    private static double Number(JsonElement asked, string name) =>
        double.Parse(asked.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
