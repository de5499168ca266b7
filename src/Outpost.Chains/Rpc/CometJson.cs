using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Cosmos.Abci;
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

    public static long LongOrZero(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? Long(element, name)
            : 0;

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

    /// <summary>Empty when absent or null, as Go writes an empty list.</summary>
    public static List<JsonElement> List(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];

    public static List<Event> Events(JsonElement element, string name) => List(element, name).ConvertAll(Event);

    public static Event Event(JsonElement item)
    {
        var read = new Event { Type = Text(item, "type") };
        foreach (var attribute in List(item, "attributes"))
        {
            read.Attributes.Add(new EventAttribute { Key = Text(attribute, "key"), Value = Text(attribute, "value") });
        }

        return read;
    }

    public static TxResponse TxResult(JsonElement result, string hash, long height)
    {
        var read = new TxResponse
        {
            Txhash = hash,
            Height = height,
            Codespace = Text(result, "codespace"),
            Code = Code(result),
            RawLog = Text(result, "log"),
            GasWanted = Long(result, "gas_wanted"),
            GasUsed = Long(result, "gas_used"),
        };
        read.Events.AddRange(Events(result, "events"));
        return read;
    }
}
