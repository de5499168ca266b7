using System.Globalization;
using System.Text.Json;

namespace Outpost.Chains.Rpc;

/// <summary>
/// Reads single things out of a long JSON text. A <see cref="JsonDocument"/> of a block with hundreds of transactions
/// takes megabytes from the shared pool of arrays, which keeps them for each thread that ever read one.
/// </summary>
internal static class LongJson
{
    /// <summary>True when there is something but null at a path of names.</summary>
    public static bool Has(ReadOnlySpan<byte> json, ReadOnlySpan<string> path)
    {
        var reader = new Utf8JsonReader(json);
        return Find(ref reader, path) && reader.TokenType is not JsonTokenType.Null;
    }

    /// <summary>
    /// The list at a path of names, read item by item; null when there is none, or a null in its place.
    /// </summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static List<T>? List<T>(ReadOnlySpan<byte> json, ReadOnlySpan<string> path, Func<JsonElement, T> read)
    {
        var reader = new Utf8JsonReader(json);
        if (!Find(ref reader, path) || reader.TokenType is not JsonTokenType.StartArray)
        {
            return null;
        }

        var items = new List<T>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            items.Add(read(JsonElement.ParseValue(ref reader)));
        }

        while (reader.Read())
        {
            // What follows the list has to be JSON too: an answer that was cut off is not one.
        }

        return items;
    }

    /// <summary>The number at a path of names, written as such or as text.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static long Number(ReadOnlySpan<byte> json, ReadOnlySpan<string> path)
    {
        var reader = new Utf8JsonReader(json);
        return (Find(ref reader, path) ? reader.TokenType : JsonTokenType.None) switch
        {
            JsonTokenType.Number => reader.GetInt64(),
            JsonTokenType.String => long.Parse(
                reader.GetString()!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            _ => throw new FormatException($"There is no number {string.Join('.', path!)}."),
        };
    }

    /// <summary>From the beginning to the value at a path; false when there is none.</summary>
    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<string> path)
    {
        reader.Read();
        foreach (var name in path)
        {
            if (!Enter(ref reader, name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>From an object to the value of this name; false when it has none.</summary>
    private static bool Enter(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
