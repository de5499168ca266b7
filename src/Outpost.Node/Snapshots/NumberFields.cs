using System.Text;
using System.Text.Json;
using Outpost.Sdk;

namespace Outpost.Node.Snapshots;

/// <summary>The numbers among a snapshot's own fields, by name: what a series can add up. Kept as JSON.</summary>
internal static class NumberFields
{
    /// <summary>All numbers at the top of a JSON object; what is nested, text or a flag is left out.</summary>
    public static SortedDictionary<string, BigDecimal> Read(ReadOnlySpan<byte> json)
    {
        var fields = new SortedDictionary<string, BigDecimal>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType is JsonTokenType.Number
                && BigDecimal.TryParse(Encoding.ASCII.GetString(reader.ValueSpan), out var number))
            {
                fields[name] = number;
            }
            else
            {
                reader.Skip();
            }
        }

        return fields;
    }

    /// <summary>Equal fields are equal bytes.</summary>
    public static byte[] Write(SortedDictionary<string, BigDecimal> fields)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            foreach (var (name, number) in fields)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(number.ToString());
            }

            writer.WriteEndObject();
        }

        return text.ToArray();
    }
}
