using System.Diagnostics.CodeAnalysis;

namespace Outpost.Chains.Wire;

/// <summary>Text with a prefix and a checksum, as BIP-173 defines it: the form of Cosmos addresses.</summary>
public static class Bech32
{
    /// <summary>Characters in a whole text; beyond it the checksum promises less (BIP-173).</summary>
    public const int MaxLength = 90;

    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;

    /// <summary>
    /// Throws <see cref="ArgumentException"/> for a prefix that is not lower-case ASCII, or a text too long.
    /// </summary>
    public static string Encode(string prefix, ReadOnlySpan<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        if (prefix.AsSpan().ContainsAnyExceptInRange('!', '~') || prefix.AsSpan().ContainsAnyInRange('A', 'Z'))
        {
            throw new ArgumentException("A bech32 prefix is printable ASCII without capitals.", nameof(prefix));
        }

        var groups = new byte[(bytes.Length * 8 + 4) / 5];
        Regroup(bytes, 8, groups, 5);
        if (prefix.Length + 1 + groups.Length + ChecksumLength > MaxLength)
        {
            throw new ArgumentException($"{bytes.Length} bytes do not fit into {MaxLength} characters.", nameof(bytes));
        }

        var checksum = Checksum(prefix, [.. groups, .. new byte[ChecksumLength]]) ^ 1;
        return string.Create(prefix.Length + 1 + groups.Length + ChecksumLength, (prefix, groups, checksum), Write);
    }

    /// <summary>
    /// Reads a whole bech32 text. When it is none, <paramref name="problem"/> completes a sentence such as
    /// "the address allo1… " with the reason.
    /// </summary>
    public static bool TryDecode(
        string text,
        [NotNullWhen(true)] out string? prefix,
        [NotNullWhen(true)] out byte[]? bytes,
        [NotNullWhen(false)] out string? problem)
    {
        bytes = null;
        if (!TryDecodeGroups(text, out prefix, out var groups, out problem))
        {
            return false;
        }

        var whole = new byte[groups.Length * 5 / 8];
        var left = Regroup(groups, 5, whole, 8);
        var leftBits = groups.Length * 5 % 8;
        if (leftBits >= 5 || left != 0)
        {
            problem = "does not hold a whole number of bytes";
            return false;
        }

        bytes = whole;
        return true;
    }

    /// <summary>The same without the step from groups of 5 bits to bytes.</summary>
    internal static bool TryDecodeGroups(
        string text,
        [NotNullWhen(true)] out string? prefix,
        [NotNullWhen(true)] out byte[]? groups,
        [NotNullWhen(false)] out string? problem)
    {
        prefix = null;
        groups = null;
        problem = ShapeProblem(text);
        if (problem is not null)
        {
            return false;
        }

        var lower = text.ToLowerInvariant();
        var separator = lower.LastIndexOf('1');
        var values = new byte[lower.Length - separator - 1];
        for (var i = 0; i < values.Length; i++)
        {
            var value = Alphabet.IndexOf(lower[separator + 1 + i], StringComparison.Ordinal);
            if (value < 0)
            {
                problem = $"holds '{text[separator + 1 + i]}', which bech32 does not use";
                return false;
            }

            values[i] = (byte)value;
        }

        if (Checksum(lower[..separator], values) != 1)
        {
            problem = "has a wrong checksum: a character is probably missing, swapped or misread";
            return false;
        }

        prefix = lower[..separator];
        groups = values[..^ChecksumLength];
        return true;
    }

    private static string? ShapeProblem(string text)
    {
        if (text.Length > MaxLength)
        {
            return $"has {text.Length} characters; a bech32 text has at most {MaxLength}";
        }

        if (text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return "holds a space or a character outside ASCII";
        }

        if (text.AsSpan().ContainsAnyInRange('a', 'z') && text.AsSpan().ContainsAnyInRange('A', 'Z'))
        {
            return "mixes capitals and small letters";
        }

        var separator = text.LastIndexOf('1');
        if (separator < 0)
        {
            return "has no '1' between a prefix and its data";
        }

        if (separator == 0)
        {
            return "has no prefix before its '1'";
        }

        return text.Length - separator - 1 < ChecksumLength ? "is too short to hold a checksum" : null;
    }

    private static void Write(Span<char> text, (string Prefix, byte[] Groups, uint Checksum) parts)
    {
        parts.Prefix.CopyTo(text);
        text[parts.Prefix.Length] = '1';
        var data = text[(parts.Prefix.Length + 1)..];
        for (var i = 0; i < parts.Groups.Length; i++)
        {
            data[i] = Alphabet[parts.Groups[i]];
        }

        for (var i = 0; i < ChecksumLength; i++)
        {
            data[parts.Groups.Length + i] = Alphabet[(int)(parts.Checksum >> (5 * (ChecksumLength - 1 - i))) & 31];
        }
    }

    // The BCH code of BIP-173 over the prefix (its high bits, a zero, its low bits) and the data.
    private static uint Checksum(string prefix, ReadOnlySpan<byte> values)
    {
        var sum = 1u;
        foreach (var character in prefix)
        {
            sum = Feed(sum, (uint)character >> 5);
        }

        sum = Feed(sum, 0);
        foreach (var character in prefix)
        {
            sum = Feed(sum, (uint)character & 31);
        }

        foreach (var value in values)
        {
            sum = Feed(sum, value);
        }

        return sum;
    }

    private static uint Feed(uint sum, uint value)
    {
        ReadOnlySpan<uint> generator = [0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3];
        var top = sum >> 25;
        sum = ((sum & 0x1FFFFFF) << 5) ^ value;
        for (var bit = 0; bit < generator.Length; bit++)
        {
            sum ^= ((top >> bit) & 1) == 0 ? 0 : generator[bit];
        }

        return sum;
    }

    // Fills target with groups of targetBits; what is left over goes, padded with zeros, into a last group if the
    // target has room for one, and is returned otherwise.
    private static uint Regroup(ReadOnlySpan<byte> source, int sourceBits, Span<byte> target, int targetBits)
    {
        var mask = (1u << targetBits) - 1;
        uint pending = 0;
        var pendingBits = 0;
        var written = 0;
        foreach (var group in source)
        {
            pending = (pending << sourceBits) | group;
            pendingBits += sourceBits;
            while (pendingBits >= targetBits)
            {
                pendingBits -= targetBits;
                target[written++] = (byte)((pending >> pendingBits) & mask);
            }

            pending &= (1u << pendingBits) - 1;
        }

        if (written == target.Length)
        {
            return pending;
        }

        target[written] = (byte)((pending << (targetBits - pendingBits)) & mask);
        return 0;
    }
}
