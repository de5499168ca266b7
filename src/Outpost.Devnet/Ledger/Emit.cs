using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Outpost.Chains.Wire.Tendermint.Abci;

namespace Outpost.Devnet.Ledger;

/// <summary>Makes events in the forms of the SDK: plain text attributes, or typed ones whose values are JSON.</summary>
internal static class Emit
{
    public static Event Plain(string type, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
        var result = new Event { Type = type };
        foreach (var (key, value) in attributes)
        {
            result.Attributes.Add(new EventAttribute { Key = key, Value = value, Index = true });
        }

        return result;
    }

    /// <summary>
    /// A typed event: attributes sorted by key, each value the JSON of its field (sdk types/events.go).
    /// </summary>
    public static Event Typed(string type, params ReadOnlySpan<(string Key, JsonNode? Value)> fields)
    {
        var sorted = fields.ToArray();
        Array.Sort(sorted, (left, right) => string.CompareOrdinal(left.Key, right.Key));
        var result = new Event { Type = type };
        foreach (var (key, value) in sorted)
        {
            var text = value is null ? "null" : value.ToJsonString();
            result.Attributes.Add(new EventAttribute { Key = key, Value = text, Index = true });
        }

        return result;
    }

    public static JsonNode Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static JsonNode Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    public static JsonArray List(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);

    /// <summary>The bank's four events of one transfer.</summary>
    public static IEnumerable<Event> Transfer(string from, string to, BigInteger amount)
    {
        var coins = $"{amount}uallo";
        yield return Plain("coin_spent", ("spender", from), ("amount", coins));
        yield return Plain("coin_received", ("receiver", to), ("amount", coins));
        yield return Plain("transfer", ("recipient", to), ("sender", from), ("amount", coins));
        yield return Plain("message", ("sender", from));
    }

    public static void Mark(IEnumerable<Event> events, string key, string value)
    {
        foreach (var item in events)
        {
            item.Attributes.Add(new EventAttribute { Key = key, Value = value, Index = true });
        }
    }
}
