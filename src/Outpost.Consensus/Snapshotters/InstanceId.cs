using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Outpost.Consensus.Snapshotters;

/// <summary>
/// The instance id of a snapshotter: a random UUID that proves who calls, so that only its SHA-256 is ever kept. A UUID
/// has 122 random bits, so no salt and no slow hash is needed.
/// </summary>
public static class InstanceId
{
    /// <summary>Longer texts are no instance ids; they are refused before they are hashed.</summary>
    public const int MaxBytes = 256;

    public static byte[] Hash(ReadOnlySpan<byte> utf8) => SHA256.HashData(utf8);

    /// <summary>The first half of the hash, under which a directory finds it: 128 bits do not collide.</summary>
    internal static UInt128 KeyOf(ReadOnlySpan<byte> utf8)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, hash);
        return KeyOfHash(hash);
    }

    internal static UInt128 KeyOfHash(ReadOnlySpan<byte> hash) => MemoryMarshal.Read<UInt128>(hash);
}
