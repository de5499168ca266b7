using Google.Protobuf.Reflection;

namespace Outpost.Devnet.Wire;

/// <summary>
/// What the SDK's decoder refuses before it decodes: unknown fields at any depth, and a TxRaw that is not in its one
/// allowed form (cosmos-sdk codec/unknownproto, x/auth/tx/decoder.go, ADR-027).
/// </summary>
internal static class StrictProto
{
    private const int MaxDepth = 100;
    private const string AnyName = "google.protobuf.Any";
    private static readonly string[] WireTypes = ["varint", "fixed64", "bytes", "start_group", "end_group", "fixed32"];

    /// <summary>TxRaw: only length-delimited fields, in ascending order, tags and lengths as short as can be.</summary>
    public static string? NotCanonicalRaw(ReadOnlySpan<byte> bytes)
    {
        var last = 0u;
        while (!bytes.IsEmpty)
        {
            if (!ReadVarint(ref bytes, out var tag, out var tagIsMinimal) || !tagIsMinimal)
            {
                return "invalid length; unable to parse the tag";
            }

            var field = (uint)(tag >> 3);
            if ((tag & 7) != 2)
            {
                return $"expected wire type 2, got {tag & 7}";
            }

            if (field < last)
            {
                return $"TxRaw must follow ADR-027, got tagNum {field} after tagNum {last}";
            }

            last = field;
            if (!ReadVarint(ref bytes, out var length, out var lengthIsMinimal) || !lengthIsMinimal)
            {
                return $"length prefix varint for tagNum {field} is not as short as possible";
            }

            if (length > (ulong)bytes.Length)
            {
                return "unexpected EOF";
            }

            bytes = bytes[(int)length..];
        }

        return null;
    }

    /// <summary>
    /// Names the first field that the type does not know; follows Any by the resolver. Null when all are known.
    /// </summary>
    /// <param name="allowNonCritical">Pass over unknown fields whose number has bit 11 set (TxBody only).</param>
    public static string? UnknownField(
        ReadOnlySpan<byte> bytes, MessageDescriptor type, Func<string, MessageDescriptor?> resolve,
        bool allowNonCritical = false, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            return "recursion limit reached";
        }

        var typeUrl = "";
        var value = ReadOnlySpan<byte>.Empty;
        while (!bytes.IsEmpty)
        {
            if (!ReadField(ref bytes, out var number, out var wireType, out var content))
            {
                return "invalid length";
            }

            var field = type.FindFieldByNumber(number);
            if (field is null)
            {
                if (allowNonCritical && (number & 0x400) != 0)
                {
                    continue;
                }

                return $"errUnknownField \"{type.FullName}\": {{TagNum: {number}, WireType:\"{WireTypes[wireType]}\"}}";
            }

            if (!Fits(field, wireType))
            {
                return $"errMismatchedWireType \"{type.FullName}\": "
                    + $"{{TagNum: {number}, GotWireType: \"{WireTypes[wireType]}\"}}";
            }

            if (field.FieldType == FieldType.Message
                && UnknownField(content, field.MessageType, resolve, depth: depth + 1) is { } nested)
            {
                return nested;
            }

            if (type.FullName == AnyName)
            {
                typeUrl = number == 1 ? System.Text.Encoding.UTF8.GetString(content) : typeUrl;
                value = number == 2 ? content : value;
            }
        }

        if (type.FullName != AnyName)
        {
            return null;
        }

        return resolve(typeUrl) is { } target
            ? UnknownField(value, target, resolve, depth: depth + 1)
            : $"unable to resolve type URL {typeUrl}";
    }

    private static bool Fits(FieldDescriptor field, int wireType) => field.FieldType switch
    {
        FieldType.Message or FieldType.String or FieldType.Bytes => wireType == 2,
        FieldType.Fixed32 or FieldType.SFixed32 or FieldType.Float => wireType is 5 or 2,
        FieldType.Fixed64 or FieldType.SFixed64 or FieldType.Double => wireType is 1 or 2,
        _ => wireType == 0 || (wireType == 2 && field.IsRepeated),
    };

    private static bool ReadField(
        scoped ref ReadOnlySpan<byte> bytes, out int number, out int wireType, out ReadOnlySpan<byte> content)
    {
        (number, wireType) = (0, 0);
        content = default;
        if (!ReadVarint(ref bytes, out var tag, out _) || tag >> 3 is 0 or > int.MaxValue)
        {
            return false;
        }

        (number, wireType) = ((int)(tag >> 3), (int)(tag & 7));
        ulong length;
        switch (wireType)
        {
            case 0:
                return ReadVarint(ref bytes, out _, out _);
            case 1:
                length = 8;
                break;
            case 5:
                length = 4;
                break;
            case 2 when ReadVarint(ref bytes, out var prefix, out _):
                length = prefix;
                break;
            default:
                return false;
        }

        if (length > (ulong)bytes.Length)
        {
            return false;
        }

        content = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return true;
    }

    private static bool ReadVarint(scoped ref ReadOnlySpan<byte> bytes, out ulong value, out bool isMinimal)
    {
        (value, isMinimal) = (0, false);
        for (var index = 0; index < bytes.Length && index < 10; index++)
        {
            value |= (ulong)(bytes[index] & 0x7f) << (7 * index);
            if (bytes[index] < 0x80)
            {
                isMinimal = index == 0 || bytes[index] != 0;
                bytes = bytes[(index + 1)..];
                return true;
            }
        }

        return false;
    }
}
