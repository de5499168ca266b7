using System.Diagnostics.CodeAnalysis;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Keys;

/// <summary>
/// r‖s‖v, 65 bytes, as wallets of EVM chains make it; whoever has the digest finds the signer's address in it. One
/// signature has one text: v is 27 or 28, s is in the lower half of the order (EIP-2), and the digits of its hex are
/// small. The other half would be a second signature by the same key that nobody made.
/// </summary>
public readonly record struct EthereumSignature
{
    /// <summary>Bytes in a signature.</summary>
    public const int Size = Secp256k1.SignatureSize + 1;

    // Added to the number that tells the two possible public keys apart, since Bitcoin's first message signatures.
    private const int FirstV = 27;

    private readonly string? _text;

    private EthereumSignature(string text) => _text = text;

    /// <summary>The signature of a 32-byte digest by a private key.</summary>
    internal static EthereumSignature Of(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> privateKey)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[^1] = (byte)(FirstV + Secp256k1.SignRecoverable(digest, privateKey, bytes[..^1]));
        return new EthereumSignature("0x" + Convert.ToHexStringLower(bytes));
    }

    /// <summary>
    /// Reads 130 hex digits, with 0x before them or without. <paramref name="problem"/> completes a sentence such as
    /// "the signature ".
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<char> text, out EthereumSignature signature, [NotNullWhen(false)] out string? problem)
    {
        signature = default;
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        Span<byte> bytes = stackalloc byte[Size];
        if (digits.Length != 2 * Size
            || digits.ContainsAnyInRange('A', 'F')
            || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            problem = $"is not {2 * Size} hex digits in small letters";
            return false;
        }

        if (bytes[^1] is not (FirstV or FirstV + 1))
        {
            problem = $"ends in v = {bytes[^1]}, which is not 27 or 28";
            return false;
        }

        if (bytes[32..64].SequenceCompareTo(HalfOfTheOrder) > 0)
        {
            problem = "has an s in the upper half of the order (EIP-2)";
            return false;
        }

        signature = new EthereumSignature($"0x{digits}");
        problem = null;
        return true;
    }

    /// <summary>The address whose key made this of the 32-byte digest; null when no key could have.</summary>
    public EvmAddress? Signer(ReadOnlySpan<byte> digest)
    {
        if (_text is null)
        {
            return null;
        }

        var bytes = Convert.FromHexString(_text.AsSpan(2));
        return Secp256k1.Recover(digest, bytes.AsSpan(..^1), bytes[^1] - FirstV) is { } key
            ? EvmAddress.OfPublicKey(key)
            : null;
    }

    /// <summary>0x and 130 hex digits; empty for the default value, which nobody signed.</summary>
    public override string ToString() => _text ?? "";

    // SEC 2, 2.4.1: n of secp256k1, halved.
    private static ReadOnlySpan<byte> HalfOfTheOrder =>
    [
        0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0x5D, 0x57, 0x6E, 0x73, 0x57, 0xA4, 0x50, 0x1D, 0xDF, 0xE9, 0x2F, 0x46, 0x68, 0x1B, 0x20, 0xA0,
    ];
}
