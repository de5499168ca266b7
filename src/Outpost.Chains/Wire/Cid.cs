using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Outpost.Chains.Wire;

/// <summary>
/// A content identifier of version 1 over a SHA-256: the name that equal bytes have everywhere. Written in base32 with
/// small letters, as IPFS does (github.com/multiformats/cid). Equal means the same codec and the same hash.
/// </summary>
public readonly record struct Cid
{
    /// <summary>Codec of bytes that are taken as they are; such a text starts with "bafkrei".</summary>
    public const ulong Raw = 0x55;

    /// <summary>Codec of a document of JSON with links (the multicodec table's dag-json).</summary>
    public const ulong DagJson = 0x0129;

    /// <summary>Codec of a document of CBOR with links (the multicodec table's dag-cbor).</summary>
    public const ulong DagCbor = 0x71;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const char Base32Mark = 'b';
    private const byte Version = 1;
    private const byte Sha256Code = 0x12;

    // Codecs of the table fit into four bytes; a text of the longest one has no more characters than this.
    private const int MaxCodecBytes = 5;
    private const int MaxLength = 1 + ((1 + MaxCodecBytes + 2 + SHA256.HashSizeInBytes) * 8 + 4) / 5;

    private readonly string? _text;

    private Cid(ulong codec, string text)
    {
        Codec = codec;
        _text = text;
    }

    /// <summary>What the bytes are, by its number in the multicodec table.</summary>
    public ulong Codec { get; }

    /// <summary>The name of these bytes.</summary>
    public static Cid Of(ReadOnlySpan<byte> bytes, ulong codec = Raw) => OfHash(SHA256.HashData(bytes), codec);

    /// <summary>The name of bytes whose SHA-256 is known.</summary>
    public static Cid OfHash(ReadOnlySpan<byte> sha256, ulong codec = Raw)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sha256.Length, SHA256.HashSizeInBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(codec, uint.MaxValue);
        Span<byte> whole = stackalloc byte[1 + MaxCodecBytes + 2 + SHA256.HashSizeInBytes];
        whole[0] = Version;
        var length = 1;
        for (var rest = codec; ; rest >>= 7)
        {
            whole[length++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                break;
            }
        }

        whole[length++] = Sha256Code;
        whole[length++] = SHA256.HashSizeInBytes;
        sha256.CopyTo(whole[length..]);
        return new Cid(codec, Base32(whole[..(length + SHA256.HashSizeInBytes)]));
    }

    /// <summary>
    /// Reads a text; <paramref name="problem"/> completes a sentence such as "the CID baf… ". One name has one text:
    /// other bases, capitals and padded numbers are refused, so texts may be compared as they are.
    /// </summary>
    public static bool TryParse(string text, out Cid cid, [NotNullWhen(false)] out string? problem)
    {
        cid = default;
        problem = ShapeProblem(text);
        if (problem is not null || !TryBytes(text.AsSpan(1), out var bytes, out problem))
        {
            return false;
        }

        if (bytes.Length == 0 || bytes[0] != Version || !TryCodec(bytes.AsSpan(1), out var codec, out var rest))
        {
            problem = "is not a CID of version 1";
            return false;
        }

        if (rest.Length != 2 + SHA256.HashSizeInBytes || rest[0] != Sha256Code || rest[1] != SHA256.HashSizeInBytes)
        {
            problem = "does not hold one SHA-256 of 32 bytes";
            return false;
        }

        cid = OfHash(rest[2..], codec);
        return true;
    }

    /// <summary>True when this is the name of these bytes.</summary>
    public bool Names(ReadOnlySpan<byte> bytes) => Equals(Of(bytes, Codec));

    public bool Equals(Cid other) => string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    /// <summary>b and base32 without padding; the default value names nothing and is empty.</summary>
    public override string ToString() => _text ?? "";

    private static string? ShapeProblem(string text) => text switch
    {
        { Length: 0 } => "is empty",
        { Length: > MaxLength } => $"has {text.Length} characters; one over a SHA-256 has at most {MaxLength}",
        _ when text[0] != Base32Mark => "does not start with b, the mark of base32",
        _ => null,
    };

    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[1 + (bytes.Length * 8 + 4) / 5];
        text[0] = Base32Mark;
        var (pending, bits, written) = (0u, 0, 1);
        foreach (var value in bytes)
        {
            pending = (pending << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text[written++] = Alphabet[(int)(pending >> (bits - 5)) & 31];
            }
        }

        if (bits > 0)
        {
            text[written] = Alphabet[(int)(pending << (5 - bits)) & 31];
        }

        return text.ToString();
    }

    private static bool TryBytes(ReadOnlySpan<char> text, out byte[] bytes, [NotNullWhen(false)] out string? problem)
    {
        bytes = new byte[text.Length * 5 / 8];
        var (pending, bits, written) = (0u, 0, 0);
        foreach (var character in text)
        {
            var value = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (value < 0)
            {
                problem = $"holds '{character}', which base32 with small letters does not use";
                return false;
            }

            pending = (pending << 5) | (uint)value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[written++] = (byte)(pending >> bits);
            }
        }

        problem = bits >= 5 || (pending & ((1u << bits) - 1)) != 0 ? "does not hold a whole number of bytes" : null;
        return problem is null;
    }

    // An unsigned varint of the multiformats: seven bits a byte, lowest first, and no byte more than needed.
    private static bool TryCodec(ReadOnlySpan<byte> bytes, out ulong codec, out ReadOnlySpan<byte> rest)
    {
        codec = 0;
        rest = default;
        for (var i = 0; i < bytes.Length && i < MaxCodecBytes; i++)
        {
            codec |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                rest = bytes[(i + 1)..];
                return (i == 0 || bytes[i] != 0) && codec <= uint.MaxValue;
            }
        }

        return false;
    }
}
