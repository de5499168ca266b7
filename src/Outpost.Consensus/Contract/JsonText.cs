using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Outpost.Consensus.Contract;

/// <summary>
/// Texts and names of a body as they came, between their quotes. JSON may hold what is no text: bytes that are no
/// UTF-8, and half of a surrogate pair. Whoever unescapes these gets an exception, so they are looked for before.
/// </summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <summary>True when the reader stands on the member of this name.</summary>
    public static bool IsName(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        !reader.ValueIsEscaped ? reader.ValueSpan.SequenceEqual(name)
        : reader.ValueSpan.Length <= EscapeLength * name.Length && IsWhole(reader.ValueSpan)
            && reader.ValueTextEquals(name);

    /// <summary>True when it can be unescaped.</summary>
    /// <param name="raw">As the reader has found it well formed.</param>
    public static bool IsWhole(ReadOnlySpan<byte> raw)
    {
        if (!Utf8.IsValid(raw))
        {
            return false;
        }

        while (raw.IndexOf((byte)'\\') is var at and >= 0)
        {
            raw = raw[at..];
            if (Escape(raw) is not { } unit || !char.IsSurrogate(unit))
            {
                raw = raw[2..];
            }
            else if (char.IsHighSurrogate(unit) && Escape(raw[EscapeLength..]) is { } next && char.IsLowSurrogate(next))
            {
                raw = raw[(2 * EscapeLength)..];
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when all texts and names in it can be unescaped.</summary>
    /// <exception cref="JsonException">It is no JSON, or too deep.</exception>
    public static bool AreAllWhole(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestFields.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsWhole(reader.ValueSpan))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The unit that a \u at the beginning stands for; null where there is none.</summary>
    private static char? Escape(ReadOnlySpan<byte> raw) =>
        raw.StartsWith("\\u"u8) && Utf8Parser.TryParse(raw[2..EscapeLength], out ushort unit, out _, 'x')
            ? (char)unit
            : null;
}
