using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>
/// Hexadecimal as Ethereum's JSON-RPC writes it (execution-apis, base types): quantities without leading zeros, data
/// with two digits a byte. What is written otherwise is refused with a <see cref="FormatException"/>.
/// </summary>
internal static class EvmHex
{
    private const string Prefix = "0x";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    // 256 bits.
    private const int MaxQuantityDigits = 64;

    public static string Quantity(long number) => Prefix + number.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>A whole number of at most 63 bits.</summary>
    public static long Long(JsonElement element)
    {
        var digits = Digits(element);
        return digits.Length <= 16
            && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            && number >= 0
            ? number
            : throw new FormatException("A quantity is larger than 63 bits.");
    }

    /// <summary>A whole number of at most 256 bits.</summary>
    public static BigInteger Big(JsonElement element) =>
        BigInteger.Parse(
            string.Concat("0", Digits(element)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public static byte[] Bytes(JsonElement element)
    {
        var text = element.GetString() ?? throw new FormatException("There is null in place of data.");
        if (text.Length % 2 != 0)
        {
            throw new FormatException("Data have two digits a byte.");
        }

        var bytes = new byte[Math.Max(0, (text.Length / 2) - 1)];
        HexText.Fill(text, bytes);
        return bytes;
    }

    public static Hash32 Hash(JsonElement element) => Hash32.Parse(Required(element));

    public static EvmAddress Address(JsonElement element) => EvmAddress.Parse(Required(element));

    private static ReadOnlySpan<char> Digits(JsonElement element)
    {
        var text = Required(element);
        var isQuantity = text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Length > Prefix.Length && text.Length <= Prefix.Length + MaxQuantityDigits
            && (text[Prefix.Length] != '0' || text.Length == Prefix.Length + 1)
            && text.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0;
        return isQuantity
            ? text.AsSpan(Prefix.Length)
            : throw new FormatException("A quantity is 0x and hexadecimal digits without leading zeros.");
    }

    private static string Required(JsonElement element) =>
        element.GetString() ?? throw new FormatException("There is null in place of a value.");
}
