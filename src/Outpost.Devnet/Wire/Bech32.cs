using System.Text;

namespace Outpost.Devnet.Wire;

/// <summary>Bech32 as the Cosmos SDK reads it (BIP-173): lower or upper case but never mixed, checksum 1.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;
    private const int MaxLength = 1023;
    private static readonly uint[] Generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    /// <summary>The reason why the text is not bech32, in the SDK's manner; null when it is.</summary>
    public static string? Decode(string text, out string prefix, out byte[] payload)
    {
        prefix = "";
        payload = [];
        if (text.Length is < 8 or > MaxLength)
        {
            return $"decoding bech32 failed: invalid bech32 string length {text.Length}";
        }

        var lower = text.ToLowerInvariant();
        if (text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower))
        {
            return "decoding bech32 failed: string not all lowercase or all uppercase";
        }

        var separator = lower.LastIndexOf('1');
        if (separator < 1 || separator + ChecksumLength + 1 > lower.Length)
        {
            return $"decoding bech32 failed: invalid separator index {separator}";
        }

        var values = new byte[lower.Length - separator - 1];
        for (var index = 0; index < values.Length; index++)
        {
            var position = Alphabet.IndexOf(lower[separator + 1 + index], StringComparison.Ordinal);
            if (position < 0)
            {
                return $"decoding bech32 failed: invalid character not part of charset: {lower[separator + 1 + index]}";
            }

            values[index] = (byte)position;
        }

        prefix = lower[..separator];
        if (Checksum(prefix, values) != 1)
        {
            return $"decoding bech32 failed: invalid checksum in {text}";
        }

        return Regroup(values.AsSpan(..^ChecksumLength), 5, 8, pad: false, out payload)
            ? null
            : "decoding bech32 failed: invalid incomplete group";
    }

    public static string Encode(string prefix, ReadOnlySpan<byte> payload)
    {
        Regroup(payload, 8, 5, pad: true, out var groups);
        var values = new byte[groups.Length + ChecksumLength];
        groups.CopyTo(values, 0);
        var checksum = Checksum(prefix, values) ^ 1;
        var text = new StringBuilder(prefix).Append('1');
        foreach (var group in groups)
        {
            text.Append(Alphabet[group]);
        }

        for (var index = 0; index < ChecksumLength; index++)
        {
            text.Append(Alphabet[(int)((checksum >> (5 * (ChecksumLength - 1 - index))) & 31)]);
        }

        return text.ToString();
    }

    private static uint Checksum(string prefix, ReadOnlySpan<byte> values)
    {
        var state = 1u;
        foreach (var letter in prefix)
        {
            state = Step(state, (uint)(letter >> 5));
        }

        state = Step(state, 0);
        foreach (var letter in prefix)
        {
            state = Step(state, (uint)(letter & 31));
        }

        foreach (var value in values)
        {
            state = Step(state, value);
        }

        return state;
    }

    private static uint Step(uint state, uint value)
    {
        var top = state >> 25;
        state = ((state & 0x1ffffff) << 5) ^ value;
        for (var bit = 0; bit < Generators.Length; bit++)
        {
            state ^= ((top >> bit) & 1) == 1 ? Generators[bit] : 0;
        }

        return state;
    }

    private static bool Regroup(ReadOnlySpan<byte> input, int from, int to, bool pad, out byte[] output)
    {
        var result = new List<byte>((input.Length * from / to) + 1);
        var (accumulator, bits) = (0, 0);
        foreach (var value in input)
        {
            accumulator = ((accumulator << from) | value) & 0xfff;
            bits += from;
            while (bits >= to)
            {
                bits -= to;
                result.Add((byte)((accumulator >> bits) & ((1 << to) - 1)));
            }
        }

        if (pad && bits > 0)
        {
            result.Add((byte)((accumulator << (to - bits)) & ((1 << to) - 1)));
        }

        output = [.. result];
        return pad || (bits < from && ((accumulator << (to - bits)) & ((1 << to) - 1)) == 0);
    }
}
