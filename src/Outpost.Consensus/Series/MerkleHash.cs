using System.Security.Cryptography;

namespace Outpost.Consensus.Series;

/// <summary>
/// The two hashes of RFC 6962, 2.1: leaves and inner nodes begin with different bytes, so that none can be taken for
/// the other.
/// </summary>
public static class MerkleHash
{
    /// <summary>Bytes in a hash.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>The root of a tree without leaves.</summary>
    public static byte[] OfNothing() => SHA256.HashData([]);

    /// <summary>The hash of what a leaf says.</summary>
    public static byte[] OfLeaf(ReadOnlySpan<byte> leaf)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(leaf);
        return hash.GetHashAndReset();
    }

    /// <summary>The hash of two neighbours.</summary>
    public static byte[] OfPair(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> whole = stackalloc byte[1 + 2 * Size];
        whole[0] = 1;
        left.CopyTo(whole[1..]);
        right.CopyTo(whole[(1 + Size)..]);
        return SHA256.HashData(whole);
    }
}
