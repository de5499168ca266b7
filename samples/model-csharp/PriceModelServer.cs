using System.Globalization;

namespace PriceModel;

/// <summary>
/// A model behind a URL, as an Allora topic wants it: GET /inference/{topicId}/{blockHeight} answers one plain
/// decimal number, the price that is expected one epoch after that block.
/// </summary>
public static class PriceModelServer
{
    /// <summary>How many past blocks the forecast looks at.</summary>
    private const int HistoryBlocks = 96;

    /// <summary>How far ahead it looks: about one epoch of the demo.</summary>
    private const int HorizonBlocks = 12;

    /// <summary>The server, not yet started; <c>--urls</c> says where it listens, port 0 being any free one.</summary>
    /// <param name="configure">For a program that hosts the model inside itself; null when it stands alone.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        configure?.Invoke(builder);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls("http://127.0.0.1:8000");
        }

        var app = builder.Build();
        app.MapGet("/inference/{topicId:long}/{blockHeight:long}", (long topicId, long blockHeight) =>
            Results.Text(Predict(topicId, blockHeight).ToString("F6", CultureInfo.InvariantCulture)));
        app.MapGet("/health", () => Results.Text("ok"));
        return app;
    }

    /// <summary>The price expected <see cref="HorizonBlocks"/> after the block; the same for the same question.</summary>
    public static double Predict(long topicId, long blockHeight)
    {
        var series = new PriceSeries(topicId);
        var trend = new HoltTrend(levelWeight: 0.35, slopeWeight: 0.08);
        for (var height = blockHeight - HistoryBlocks; height <= blockHeight; height++)
        {
            trend.Observe(Math.Log(series.At(height)));
        }

        return Math.Exp(trend.Forecast(HorizonBlocks));
    }
}
