using System.Globalization;
using System.Numerics;
using System.Text;

namespace Outpost.Devnet.Evm;

/// <summary>The 32-byte words of which calls, answers and logs are made, as hex digits without 0x.</summary>
internal static class Words
{
    /// <summary>Hex digits in a word.</summary>
    public const int Digits = 64;

    public static string Of(int number) => Of((long)number);

    public static string Of(long number) => number.ToString("x64", CultureInfo.InvariantCulture);

    public static string Of(UInt128 number) => number.ToString("x64", CultureInfo.InvariantCulture);

    /// <summary>An address with 0x as a word.</summary>
    public static string Address(string address) => string.Concat("000000000000000000000000", address.AsSpan(2));

    /// <summary>A text's length and bytes, as they stand behind the words of fixed length.</summary>
    public static string Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Of(bytes.Length) + Padded(Convert.ToHexStringLower(bytes));
    }

    /// <summary>Zeros up to the end of a word.</summary>
    public static string Padded(string digits) =>
        digits.PadRight((digits.Length + Digits - 1) / Digits * Digits, '0');

    /// <summary>A small number; what is none or is not there throws as parsing and slicing do.</summary>
    /// <param name="at">In digits.</param>
    public static int Number(string words, int at) =>
        int.Parse(words.AsSpan(at, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public static BigInteger Big(string words, int at) => BigInteger.Parse(
        string.Concat("0", words.AsSpan(at, Digits)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The address that a word ends with, with 0x.</summary>
    public static string AddressAt(string words, int at) => string.Concat("0x", words.AsSpan(at + 24, 40));
}
