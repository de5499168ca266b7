using System.Text.Json;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.Node.Roles;

/// <summary>
/// A worker's answer as the journal keeps it: 3012.45; {"up":"0.7","down":"0.3"} for labels, or for a forecast that is
/// sent alone; {"inference":…,"forecast":{…}} for both.
/// </summary>
internal static class WorkerText
{
    private const string InferenceName = "inference";
    private const string ForecastName = "forecast";

    public static string Write(TopicValue? inference, TopicValue? forecast) => (inference, forecast) switch
    {
        ({ } one, null) => one.ToString(),
        (null, { } other) => other.ToString(),
        ({ Scalar: { } number }, { } other) => Both($"\"{number.Text}\"", other),
        ({ } one, { } other) => Both(one.ToString(), other),
        _ => throw new ArgumentException("There is neither an inference nor a forecast.", nameof(inference)),
    };

    /// <exception cref="InvalidOperationException">The journal holds something else.</exception>
    public static WorkerAnswer Read(Role role, string text)
    {
        if (!text.StartsWith('{'))
        {
            return new WorkerAnswer { Value = Number(text) };
        }

        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (root.TryGetProperty(ForecastName, out var forecast) && forecast.ValueKind == JsonValueKind.Object)
        {
            var inference = root.GetProperty(InferenceName);
            return inference.ValueKind == JsonValueKind.Object
                ? new WorkerAnswer { Labels = Labels(inference), Forecast = Forecast(forecast) }
                : new WorkerAnswer { Value = Number(inference.GetString()!), Forecast = Forecast(forecast) };
        }

        return role == Role.Forecaster
            ? new WorkerAnswer { Forecast = Forecast(root) }
            : new WorkerAnswer { Labels = Labels(root) };
    }

    private static string Both(string inference, TopicValue forecast) =>
        $$"""{"{{InferenceName}}":{{inference}},"{{ForecastName}}":{{forecast}}}""";

    private static LabeledValue[] Labels(JsonElement map) =>
        [.. map.EnumerateObject().Select(member => new LabeledValue(member.Name, Number(member.Value.GetString()!)))];

    private static OfWorker<DecimalText>[] Forecast(JsonElement map) =>
        [.. map.EnumerateObject().Select(
            member => new OfWorker<DecimalText>(member.Name, Number(member.Value.GetString()!)))];

    private static DecimalText Number(string text) => DecimalText.TryParse(text, out var number, out var problem)
        ? number
        : throw new InvalidOperationException($"the journal holds the value {text}: {problem}");
}
