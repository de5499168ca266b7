using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Tendermint.Abci;

namespace Outpost.Chains.Rpc;

/// <summary>
/// Reads CometBFT's JSON: 64-bit integers are text, empty lists are null, event attributes are plain text
/// (CometBFT 0.38, rpc/core/types).
/// </summary>
internal static class CometJson
{
    /// <summary>Empty when absent or null, as Go omits empty texts.</summary>
    public static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    public static long Long(JsonElement element, string name)
    {
        var value = element.GetProperty(name);
        return value.ValueKind == JsonValueKind.Number
            ? value.GetInt64()
            : long.Parse(value.GetString()!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    public static uint Code(JsonElement element) =>
        element.TryGetProperty("code", out var code) ? code.GetUInt32() : 0;

    public static byte[] Bytes(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetBytesFromBase64()
            : [];

    /// <summary>RFC 3339 with up to nanoseconds; read to the tick.</summary>
    public static Timestamp Time(JsonElement element, string name)
    {
        var time = DateTimeOffset.Parse(
            element.GetProperty(name).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return Timestamp.FromDateTimeOffset(time);
    }

    public static List<Event> Events(JsonElement element, string name)
    {
        var events = new List<Event>();
        if (!element.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return events;
        }

        foreach (var item in list.EnumerateArray())
        {
            var read = new Event { Type = Text(item, "type") };
            if (item.TryGetProperty("attributes", out var attributes) && attributes.ValueKind == JsonValueKind.Array)
            {
                foreach (var attribute in attributes.EnumerateArray())
                {
                    read.Attributes.Add(new EventAttribute
                    {
                        Key = Text(attribute, "key"),
                        Value = Text(attribute, "value"),
                    });
                }
            }

            events.Add(read);
        }

        return events;
    }
}
