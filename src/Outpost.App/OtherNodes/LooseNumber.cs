using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Outpost.App.OtherNodes;

/// <summary>Numbers that other nodes take as a number or as a text with a number in it.</summary>
internal static class LooseNumber
{
    /// <summary>A JSON number of any size where there is one; else the value as it is, for the reader to refuse.</summary>
    public static JsonNode? Of(JsonElement? element)
    {
        if (element is not { } given)
        {
            return null;
        }

        var text = given.ValueKind == JsonValueKind.String ? given.GetString()!.Trim() : given.GetRawText();
        if (BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return JsonNode.Parse(whole.ToString(CultureInfo.InvariantCulture));
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : JsonNode.Parse(given.GetRawText());
    }

    /// <summary>The value as a decimal; null when it is absent or no number.</summary>
    public static decimal? Value(JsonElement? element) =>
        element is { } given && decimal.TryParse(
            given.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
