using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Outpost.Chains.Keys;

/// <summary>A private key with its chain code, from which children are derived (BIP-32). Wiped on dispose.</summary>
internal sealed class HdKey : IDisposable
{
    /// <summary>Added to the index of a child that only the private key can derive (written 44').</summary>
    public const uint Hardened = 0x80000000;

    private const int HalfSize = 32;

    private readonly byte[] _keyAndChainCode;

    private HdKey(byte[] keyAndChainCode) => _keyAndChainCode = keyAndChainCode;

    public ReadOnlySpan<byte> PrivateKey => _keyAndChainCode.AsSpan(0, HalfSize);

    public ReadOnlySpan<byte> ChainCode => _keyAndChainCode.AsSpan(HalfSize);

    /// <summary>The master key "m" of a seed.</summary>
    public static HdKey FromSeed(ReadOnlySpan<byte> seed)
    {
        var node = NewNode();
        HMACSHA512.HashData("Bitcoin seed"u8, seed, node);
        return Secp256k1.IsPrivateKey(node.AsSpan(0, HalfSize))
            ? new HdKey(node)
            : throw new CryptographicException("This seed has no master key (BIP-32; one in 2^127 has none).");
    }

    /// <summary>The key at the end of a path below a seed's master key.</summary>
    public static HdKey Derive(ReadOnlySpan<byte> seed, params ReadOnlySpan<uint> path)
    {
        var key = FromSeed(seed);
        foreach (var index in path)
        {
            using var parent = key;
            key = parent.Child(index);
        }

        return key;
    }

    /// <summary>CKDpriv of BIP-32.</summary>
    public HdKey Child(uint index)
    {
        Span<byte> input = stackalloc byte[Secp256k1.PublicKeySize + sizeof(uint)];
        if (index >= Hardened)
        {
            input[0] = 0;
            PrivateKey.CopyTo(input[1..]);
        }
        else
        {
            Secp256k1.PublicKeyOf(PrivateKey).CopyTo(input);
        }

        BinaryPrimitives.WriteUInt32BigEndian(input[Secp256k1.PublicKeySize..], index);
        var node = NewNode();
        HMACSHA512.HashData(ChainCode, input, node);
        CryptographicOperations.ZeroMemory(input);

        // The left half is the tweak; the child's key is the parent's key plus the tweak.
        Span<byte> tweak = stackalloc byte[HalfSize];
        node.AsSpan(0, HalfSize).CopyTo(tweak);
        PrivateKey.CopyTo(node);
        var isKey = Secp256k1.TryAddTweak(node.AsSpan(0, HalfSize), tweak);
        CryptographicOperations.ZeroMemory(tweak);
        return isKey
            ? new HdKey(node)
            : throw new CryptographicException($"Child {index} has no key (BIP-32; one in 2^127 has none).");
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_keyAndChainCode);

    // Pinned, so that the collector leaves no copies behind when it compacts.
    private static byte[] NewNode() => GC.AllocateArray<byte>(2 * HalfSize, pinned: true);
}
