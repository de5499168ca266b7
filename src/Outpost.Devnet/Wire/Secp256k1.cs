using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Outpost.Devnet.Wire;

/// <summary>Signature checks of the chain by libsecp256k1: compressed keys, r‖s of 64 bytes, low s only.</summary>
internal static partial class Secp256k1
{
    private const string Library = "libsecp256k1.so.1";
    private const uint VerifyContext = 0x0101;
    private const int ParsedLength = 64;

    // Verifying only reads the context, so one serves all threads.
    private static readonly nint Context = CreateContext(VerifyContext);

    public static bool IsPublicKey(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> parsed = stackalloc byte[ParsedLength];
        return publicKey.Length == 33 && ParsePublicKey(Context, parsed, publicKey, (nuint)publicKey.Length) == 1;
    }

    /// <summary>A compressed key as payloads carry it: 66 characters of hex.</summary>
    public static bool TryReadHex(string text, out byte[] publicKey)
    {
        publicKey = text.Length == 66 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : [];
        return IsPublicKey(publicKey);
    }

    /// <summary>Whether the signature is over SHA-256 of the message. The library refuses a high s by itself.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != 33 || signature.Length != 64)
        {
            return false;
        }

        Span<byte> key = stackalloc byte[ParsedLength];
        Span<byte> parsed = stackalloc byte[ParsedLength];
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(message, digest);
        return ParsePublicKey(Context, key, publicKey, (nuint)publicKey.Length) == 1
            && ParseSignature(Context, parsed, signature) == 1
            && VerifySignature(Context, parsed, digest, key) == 1;
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint CreateContext(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_parse")]
    private static partial int ParsePublicKey(nint context, Span<byte> parsed, ReadOnlySpan<byte> input, nuint length);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_signature_parse_compact")]
    private static partial int ParseSignature(nint context, Span<byte> parsed, ReadOnlySpan<byte> input);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_verify")]
    private static partial int VerifySignature(
        nint context, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> publicKey);
}
