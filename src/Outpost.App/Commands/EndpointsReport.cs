using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Outpost.Chains.Rpc;

namespace Outpost.App.Commands;

/// <summary>Endpoints for a person, one line each and one more for what is wrong; or as one JSON object.</summary>
internal sealed class EndpointsReport(TextWriter output, bool asJson)
{
    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Show(string journal, bool isRunning, IReadOnlyList<EndpointStatus> endpoints)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new { running = isRunning, journal, endpoints = endpoints.Select(Plain) }, Format));
            return;
        }

        output.WriteLine(isRunning
            ? $"As the node sees them that runs with {journal}:"
            : $"No node runs with {journal}; asked from here:");
        string[][] rows =
        [
            ["", "kind", "endpoint", "state", "for", "answers in", "block", "behind", "requests", "failed"],
            .. endpoints.Select(Row),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        foreach (var (index, row) in rows.Index())
        {
            output.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
            if (index > 0 && endpoints[index - 1] is { } endpoint && Remark(endpoint) is { Length: > 0 } remark)
            {
                output.WriteLine($"   {remark}");
            }
        }
    }

    private static string[] Row(EndpointStatus one) =>
    [
        $"{one.Number}", one.Kind, one.Name, Name(one.State), Short(one.For),
        one.Median is { } median ? $"{median.TotalMilliseconds:0} ms" : "–",
        one.Height is { } height ? $"{height}" : "–", one.Lag is { } lag ? $"{lag}" : "–",
        $"{one.Requests}", $"{one.Failures}",
    ];

    private static string Remark(EndpointStatus one)
    {
        var parts = new List<string>();
        if (one.Problem is { } problem && one.State is not EndpointState.Working)
        {
            parts.Add(problem);
        }

        if (one.PerSecond is { } rate)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"asked at most {rate:0.#} times a second"));
        }

        if (one.NextLook is { } next)
        {
            parts.Add(next > TimeSpan.Zero ? $"looked at again in {Short(next)}" : "looked at with the next call");
        }

        return string.Join("; ", parts);
    }

    private static object Plain(EndpointStatus one) => new
    {
        one.Number,
        endpoint = one.Name,
        one.Kind,
        state = Name(one.State),
        seconds = Math.Round(one.For.TotalSeconds, 3),
        medianMs = Milliseconds(one.Median),
        lastMs = Milliseconds(one.Last),
        block = one.Height,
        behind = one.Lag,
        mostPerSecond = one.PerSecond,
        one.Requests,
        failed = one.Failures,
        one.Problem,
        nextLookSeconds = one.NextLook is { } next ? Math.Round(next.TotalSeconds, 3) : (double?)null,
    };

    private static double? Milliseconds(TimeSpan? time) =>
        time is { } known ? Math.Round(known.TotalMilliseconds, 3) : null;

    private static string Name(EndpointState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());

    private static string Short(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s")
        : time < TimeSpan.FromHours(2) ? $"{(int)time.TotalMinutes} min"
        : $"{(int)time.TotalHours} h";
}
