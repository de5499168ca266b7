using System.Text.Json;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire;

namespace Outpost.Node.Compute;

/// <summary>
/// Reads numbers by name, as entrypoints of today write them: labels as [{"label":"up","value":0.7}] (Go node), and
/// forecasts as {"allo1…":[0.7]}, of which the first number counts, or as [{"worker":"allo1…","value":0.7}] (its
/// documents and its sample). Each shape is taken for both, and {"up":0.7} too.
/// </summary>
internal static class NamedNumbers
{
    /// <summary>No topic has more labels (1024), and no more inferers are ever active.</summary>
    public const int Most = 1024;

    private static readonly string[] NameNames = ["label", "worker", "inferer", "node"];

    /// <summary>Sorted by name, each once; null with a problem.</summary>
    public static TopicValue? Read(string body, AnswerKind kind, out string? problem)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var numbers = root.ValueKind switch
            {
                JsonValueKind.Object => OfMap(root, kind, out problem),
                JsonValueKind.Array => OfList(root, kind, out problem),
                _ => Wrong($"the body is one {root.ValueKind} and not numbers by name", out problem),
            };
            return numbers is null ? null : Whole(numbers, out problem);
        }
        catch (JsonException)
        {
            problem = $"the body is no JSON with numbers by name: {AnswerText.Excerpt(body)}";
            return null;
        }
    }

    /// <summary>Null with a problem when there are none, too many, or a name stands there twice.</summary>
    public static TopicValue? Whole(IReadOnlyCollection<LabeledValue> numbers, out string? problem)
    {
        if (numbers.Count <= Most)
        {
            return TopicValue.Of(numbers, out problem);
        }

        problem = $"{numbers.Count} names are more than {Most}";
        return null;
    }

    private static List<LabeledValue>? OfMap(JsonElement root, AnswerKind kind, out string? problem)
    {
        var numbers = new List<LabeledValue>();
        foreach (var member in root.EnumerateObject())
        {
            var value = member.Value;
            if (kind == AnswerKind.Forecast && value.ValueKind == JsonValueKind.Array)
            {
                if (value.GetArrayLength() == 0)
                {
                    continue;
                }

                value = value[0];
            }

            if (Number(member.Name, value, kind, out problem) is not { } number)
            {
                return null;
            }

            numbers.Add(number);
        }

        problem = null;
        return numbers;
    }

    private static List<LabeledValue>? OfList(JsonElement root, AnswerKind kind, out string? problem)
    {
        var numbers = new List<LabeledValue>();
        foreach (var item in root.EnumerateArray())
        {
            var name = item.ValueKind == JsonValueKind.Object
                ? NameNames.Select(known => item.TryGetProperty(known, out var text) ? Text(text) : null)
                    .FirstOrDefault(text => text is not null)
                : null;
            if (name is null || !item.TryGetProperty("value", out var value))
            {
                return Wrong($"item {numbers.Count} is not such as {{\"{NameOf(kind)}\":\"…\",\"value\":0.5}}",
                    out problem);
            }

            if (Number(name, value, kind, out problem) is not { } number)
            {
                return null;
            }

            numbers.Add(number);
        }

        problem = null;
        return numbers;
    }

    private static LabeledValue? Number(string name, JsonElement value, AnswerKind kind, out string? problem)
    {
        var trimmed = name.Trim();
        var shown = AnswerText.Excerpt(trimmed);
        if (kind == AnswerKind.Forecast && !IsAddress(trimmed))
        {
            problem = $"{shown} is no address of an inferer (allo1…)";
            return null;
        }

        if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
        {
            problem = $"{shown} has no number";
            return null;
        }

        var isRead = AnswerText.TryRead(value, out var number, out problem) || (kind == AnswerKind.GroundTruth
            && DecimalText.TryParse(AnswerText.CleanUp(value.ToString()), out number, out _));
        if (!isRead)
        {
            problem = $"{shown}: {problem}";
            return null;
        }

        return new LabeledValue(trimmed, number);
    }

    /// <summary>The chain refuses a whole bundle for one address that is none.</summary>
    internal static bool IsAddress(string text) =>
        Bech32.TryDecode(text, out var prefix, out _, out _) && prefix == "allo";

    private static string? Text(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    private static string NameOf(AnswerKind kind) => kind == AnswerKind.Forecast ? "worker" : "label";

    private static List<LabeledValue>? Wrong(string why, out string? problem)
    {
        problem = why;
        return null;
    }
}
