namespace Outpost.Chains.Keys;

/// <summary>Checks ECDSA signatures over secp256k1 as Cosmos chains do.</summary>
public static class Signatures
{
    /// <summary>
    /// True only for a 64-byte r‖s signature with low s (s ≤ n/2) of this 32-byte digest by this public key (33 bytes
    /// compressed, or 65). Malformed input is false, never an exception.
    /// </summary>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        Secp256k1.Verify(publicKey, digest, signature);
}
