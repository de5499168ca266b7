using System.Buffers;

namespace Outpost.Sdk.Evm;

/// <summary>Bytes as Ethereum's JSON writes them: 0x and two hexadecimal digits each.</summary>
public static class HexText
{
    private const string Prefix = "0x";

    /// <summary>In lower case.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Prefix + Convert.ToHexStringLower(bytes);

    /// <summary>Reads exactly as many bytes as the span has; the case of the digits is free.</summary>
    /// <exception cref="FormatException">It is anything else.</exception>
    public static void Fill(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != Prefix.Length + (2 * bytes.Length)
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || Convert.FromHexString(text[Prefix.Length..], bytes, out _, out _) is not OperationStatus.Done)
        {
            throw new FormatException($"{bytes.Length} bytes are 0x and {2 * bytes.Length} hexadecimal digits.");
        }
    }
}
