using System.Text;
using System.Text.Json;

namespace Outpost.Chains.Wire;

/// <summary>
/// The one text that equal JSON has, so that it can be hashed and signed: UTF-8, no white space, members in the order
/// of their names' code points, numbers in plain decimals, and no more escapes than JSON asks for. Of integers and
/// texts Python writes the same: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).
/// </summary>
public static class CanonicalJson
{
    /// <summary>Levels of arrays and objects inside one another that are read.</summary>
    public const int MaxDepth = 64;

    // Integers of 256 bits have 78 digits, the widest decimals of the wire a little more.
    private const int MaxNumberLength = 128;

    private static readonly JsonDocumentOptions Strictly = new()
    {
        MaxDepth = MaxDepth,
        AllowDuplicateProperties = false,
    };

    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web) { MaxDepth = MaxDepth };

    /// <summary>
    /// The canonical text of a JSON text; throws <see cref="JsonException"/> when it is none, names a member twice or
    /// holds a number of more than 128 characters.
    /// </summary>
    public static byte[] OfText(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Strictly);
        return Of(document.RootElement);
    }

    /// <summary>The canonical text of a value, with names as JSON has them in small-letter camel case.</summary>
    public static byte[] OfValue<T>(T value) => Of(JsonSerializer.SerializeToElement(value, Names));

    /// <summary>The canonical text of a value that was read; throws <see cref="JsonException"/> as above.</summary>
    public static byte[] Of(JsonElement value)
    {
        using var text = new MemoryStream();
        try
        {
            Write(value, text);
        }
        catch (InvalidOperationException problem)
        {
            throw new JsonException("A text holds half of a surrogate pair, which UTF-8 cannot say.", problem);
        }

        return text.ToArray();
    }

    private static void Write(JsonElement value, MemoryStream text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, text);
                break;
            case JsonValueKind.Array:
                WriteArray(value, text);
                break;
            case JsonValueKind.String:
                WriteText(Encoding.UTF8.GetBytes(value.GetString()!), text);
                break;
            case JsonValueKind.Number:
                text.Write(Encoding.ASCII.GetBytes(Plain(value.GetRawText())));
                break;
            default:
                text.Write(Encoding.ASCII.GetBytes(value.GetRawText()));
                break;
        }
    }

    private static void WriteObject(JsonElement value, MemoryStream text)
    {
        var members = value.EnumerateObject()
            .Select(member => (Name: Encoding.UTF8.GetBytes(member.Name), member.Value))
            .ToList();
        members.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        text.WriteByte((byte)'{');
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                text.WriteByte((byte)',');
            }

            WriteText(members[i].Name, text);
            text.WriteByte((byte)':');
            Write(members[i].Value, text);
        }

        text.WriteByte((byte)'}');
    }

    private static void WriteArray(JsonElement value, MemoryStream text)
    {
        text.WriteByte((byte)'[');
        var isFirst = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!isFirst)
            {
                text.WriteByte((byte)',');
            }

            isFirst = false;
            Write(item, text);
        }

        text.WriteByte((byte)']');
    }

    // RFC 8259, 7: only these have to be escaped; the short forms where there are any, as everybody writes them.
    private static void WriteText(ReadOnlySpan<byte> utf8, MemoryStream text)
    {
        text.WriteByte((byte)'"');
        foreach (var value in utf8)
        {
            var letter = value switch
            {
                (byte)'"' or (byte)'\\' => (char)value,
                (byte)'\b' => 'b',
                (byte)'\t' => 't',
                (byte)'\n' => 'n',
                (byte)'\f' => 'f',
                (byte)'\r' => 'r',
                < 0x20 => 'u',
                _ => '\0',
            };
            switch (letter)
            {
                case '\0':
                    text.WriteByte(value);
                    break;
                case 'u':
                    text.Write(Encoding.ASCII.GetBytes($"\\u{value:x4}"));
                    break;
                default:
                    text.WriteByte((byte)'\\');
                    text.WriteByte((byte)letter);
                    break;
            }
        }

        text.WriteByte((byte)'"');
    }

    // 1.50 and 15e-1 are the same number, so they are the same text: digits without an exponent, a point only before
    // digits that count, and no minus before zero.
    private static string Plain(string number)
    {
        if (number.Length > MaxNumberLength || !DecimalScan.TryRead(number, out var scan)
            || Math.Abs(scan.Exponent) > MaxNumberLength)
        {
            throw new JsonException($"A number takes more than {MaxNumberLength} characters when written out.");
        }

        var (digits, exponent) = (scan.Digits.TrimEnd('0'), scan.Exponent + scan.Digits.Length);
        if (digits.Length == 0)
        {
            return "0";
        }

        // Digits stand for 0.DIGITS times ten to the exponent.
        var sign = scan.IsNegative ? "-" : "";
        return exponent switch
        {
            <= 0 => $"{sign}0.{new string('0', -exponent)}{digits}",
            _ when exponent >= digits.Length => $"{sign}{digits.PadRight(exponent, '0')}",
            _ => $"{sign}{digits[..exponent]}.{digits[exponent..]}",
        };
    }
}
