using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Outpost.Chains.Keys;

/// <summary>
/// libsecp256k1 (0.2.0 and later), the one place where elliptic-curve arithmetic is done. One context for the whole
/// process, blinded once; the library allows any number of threads to use it from then on.
/// </summary>
internal static partial class Secp256k1
{
    public const int PrivateKeySize = 32;
    public const int PublicKeySize = 33;
    public const int DigestSize = 32;
    public const int SignatureSize = 64;

    private const string Library = "libsecp256k1.so.1";

    // secp256k1.h: SECP256K1_CONTEXT_SIGN | _VERIFY, which newer versions read as _NONE; SECP256K1_EC_COMPRESSED.
    private const uint ContextForSigningAndVerifying = 0x301;
    private const uint Compressed = 0x102;
    private const uint UncompressedFlag = 0x2;
    private const int UncompressedPublicKeySize = 65;

    // What the library keeps inside is opaque and 64 bytes, for a parsed key and for a parsed signature.
    private const int OpaqueSize = 64;
    private const int OpaqueRecoverableSize = 65;

    private static readonly Lazy<nint> LazyContext = new(CreateContext);

    private static nint Context => LazyContext.Value;

    /// <summary>False for zero and for what is not below the curve's order.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> privateKey) =>
        privateKey.Length == PrivateKeySize && VerifySecretKey(Context, privateKey) == 1;

    /// <summary>The compressed public key of a valid private key.</summary>
    public static byte[] PublicKeyOf(ReadOnlySpan<byte> privateKey)
    {
        Span<byte> parsed = stackalloc byte[OpaqueSize];
        if (privateKey.Length != PrivateKeySize || CreatePublicKey(Context, parsed, privateKey) != 1)
        {
            throw new ArgumentException("A private key is 32 bytes, not zero, below the curve's order.");
        }

        var compressed = new byte[PublicKeySize];
        nuint length = PublicKeySize;
        SerializePublicKey(Context, compressed, ref length, parsed, Compressed);
        return compressed;
    }

    /// <summary>privateKey + tweak modulo the order, in place; false (and a useless key) when that is no key.</summary>
    public static bool TryAddTweak(Span<byte> privateKey, ReadOnlySpan<byte> tweak)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(privateKey.Length, PrivateKeySize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tweak.Length, PrivateKeySize);
        return AddTweak(Context, privateKey, tweak) == 1;
    }

    /// <summary>r‖s with low s and the nonce of RFC 6979 (SHA-256).</summary>
    public static void Sign(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> privateKey, Span<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, DigestSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(privateKey.Length, PrivateKeySize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureSize);
        Span<byte> opaque = stackalloc byte[OpaqueSize];
        if (SignDigest(Context, opaque, digest, privateKey, 0, 0) != 1)
        {
            throw new InvalidOperationException("Signing with an invalid private key.");
        }

        SerializeSignature(Context, signature, opaque);
    }

    /// <summary>False for anything but a low-s signature of exactly this digest by this key.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        // The library ends the process when it is given a null pointer, which an empty span is.
        if (digest.Length != DigestSize || signature.Length != SignatureSize || publicKey.Length is not (33 or 65))
        {
            return false;
        }

        Span<byte> opaqueKey = stackalloc byte[OpaqueSize];
        Span<byte> opaqueSignature = stackalloc byte[OpaqueSize];
        return ParsePublicKey(Context, opaqueKey, publicKey, (nuint)publicKey.Length) == 1
            && ParseSignature(Context, opaqueSignature, signature) == 1
            && VerifySignature(Context, opaqueSignature, digest, opaqueKey) == 1;
    }

    /// <summary>
    /// r‖s as <see cref="Sign"/> makes it, and the number (0 to 3) that lets anybody find the public key again.
    /// </summary>
    public static int SignRecoverable(
        ReadOnlySpan<byte> digest, ReadOnlySpan<byte> privateKey, Span<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, DigestSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(privateKey.Length, PrivateKeySize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureSize);
        Span<byte> opaque = stackalloc byte[OpaqueRecoverableSize];
        if (SignDigestRecoverable(Context, opaque, digest, privateKey, 0, 0) != 1)
        {
            throw new InvalidOperationException("Signing with an invalid private key.");
        }

        SerializeRecoverable(Context, signature, out var recovery, opaque);
        return recovery;
    }

    /// <summary>The uncompressed public key that made r‖s of this digest; null when no key could have.</summary>
    public static byte[]? Recover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recovery)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, DigestSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)recovery, 3u);
        Span<byte> opaque = stackalloc byte[OpaqueRecoverableSize];
        Span<byte> parsed = stackalloc byte[OpaqueSize];
        return ParseRecoverable(Context, opaque, signature, recovery) == 1
            && RecoverKey(Context, parsed, opaque, digest) == 1
            ? Uncompressed(parsed)
            : null;
    }

    /// <summary>65 bytes, the first of which is 4, of a valid private key.</summary>
    public static byte[] UncompressedPublicKeyOf(ReadOnlySpan<byte> privateKey)
    {
        Span<byte> parsed = stackalloc byte[OpaqueSize];
        return privateKey.Length == PrivateKeySize && CreatePublicKey(Context, parsed, privateKey) == 1
            ? Uncompressed(parsed)
            : throw new ArgumentException("A private key is 32 bytes, not zero, below the curve's order.");
    }

    private static byte[] Uncompressed(ReadOnlySpan<byte> parsed)
    {
        var bytes = new byte[UncompressedPublicKeySize];
        nuint length = UncompressedPublicKeySize;
        SerializePublicKey(Context, bytes, ref length, parsed, UncompressedFlag);
        return bytes;
    }

    private static nint CreateContext()
    {
        nint context;
        try
        {
            context = CreateContext(ContextForSigningAndVerifying);
        }
        catch (DllNotFoundException missing)
        {
            throw new DllNotFoundException(
                $"Loading {Library}: it is not installed. On Debian: apt-get install libsecp256k1-1", missing);
        }

        Span<byte> seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(seed);
        var isBlinded = RandomizeContext(context, seed) == 1;
        CryptographicOperations.ZeroMemory(seed);
        return isBlinded ? context : throw new InvalidOperationException($"{Library} could not blind its context.");
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint CreateContext(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_context_randomize")]
    private static partial int RandomizeContext(nint context, ReadOnlySpan<byte> seed);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_seckey_verify")]
    private static partial int VerifySecretKey(nint context, ReadOnlySpan<byte> privateKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_create")]
    private static partial int CreatePublicKey(nint context, Span<byte> publicKey, ReadOnlySpan<byte> privateKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    private static partial int SerializePublicKey(
        nint context, Span<byte> output, ref nuint length, ReadOnlySpan<byte> publicKey, uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_parse")]
    private static partial int ParsePublicKey(
        nint context, Span<byte> publicKey, ReadOnlySpan<byte> input, nuint length);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_seckey_tweak_add")]
    private static partial int AddTweak(nint context, Span<byte> privateKey, ReadOnlySpan<byte> tweak);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign")]
    private static partial int SignDigest(
        nint context, Span<byte> signature, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> privateKey,
        nint nonceFunction, nint nonceArgument);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_signature_serialize_compact")]
    private static partial int SerializeSignature(nint context, Span<byte> output, ReadOnlySpan<byte> signature);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_signature_parse_compact")]
    private static partial int ParseSignature(nint context, Span<byte> signature, ReadOnlySpan<byte> input);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_verify")]
    private static partial int VerifySignature(
        nint context, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    private static partial int SignDigestRecoverable(
        nint context, Span<byte> signature, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> privateKey,
        nint nonceFunction, nint nonceArgument);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    private static partial int SerializeRecoverable(
        nint context, Span<byte> output, out int recovery, ReadOnlySpan<byte> signature);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    private static partial int ParseRecoverable(
        nint context, Span<byte> signature, ReadOnlySpan<byte> input, int recovery);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    private static partial int RecoverKey(
        nint context, Span<byte> publicKey, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> digest);
}
