using System.Security.Cryptography;
using Outpost.Chains.Wire;

namespace Outpost.Chains.Keys;

/// <summary>One secp256k1 key and the account it owns on Allora. Signs digests; never shows its private part.</summary>
public sealed class AccountKey : IDisposable
{
    /// <summary>The prefix of Allora's account addresses.</summary>
    public const string AddressPrefix = "allo";

    // Pinned, so that the collector leaves no copies behind when it compacts.
    private readonly byte[] _privateKey = GC.AllocateArray<byte>(Secp256k1.PrivateKeySize, pinned: true);
    private volatile bool _isDisposed;

    private AccountKey(ReadOnlySpan<byte> privateKey)
    {
        PublicKey = Secp256k1.PublicKeyOf(privateKey);
        Address = AddressOf(PublicKey.Span);
        privateKey.CopyTo(_privateKey);
    }

    /// <summary>The key at m/44'/118'/0'/0/<paramref name="index"/> (SLIP-44 coin type 118).</summary>
    public static AccountKey FromMnemonic(Mnemonic mnemonic, uint index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, HdKey.Hardened);
        var seed = mnemonic.Seed("");
        try
        {
            using var key = HdKey.Derive(
                seed, 44 | HdKey.Hardened, 118 | HdKey.Hardened, 0 | HdKey.Hardened, 0, index);
            return new AccountKey(key.PrivateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>
    /// A key of 32 bytes; throws <see cref="ArgumentException"/> when it is zero or not below the order.
    /// </summary>
    public static AccountKey FromPrivateKey(ReadOnlySpan<byte> privateKey) => new(privateKey);

    /// <summary>The account that a compressed public key owns: bech32("allo", RIPEMD160(SHA256(public key))).</summary>
    public static string AddressOf(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, Secp256k1.PublicKeySize);
        return Bech32.Encode(AddressPrefix, Ripemd160.Hash(SHA256.HashData(publicKey)));
    }

    /// <summary>bech32("allo", RIPEMD160(SHA256(public key))).</summary>
    public string Address { get; }

    /// <summary>Compressed, 33 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>A 64-byte r‖s signature, low-S, RFC 6979, of a 32-byte digest.</summary>
    public byte[] Sign(ReadOnlySpan<byte> digest)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var signature = new byte[Secp256k1.SignatureSize];
        Secp256k1.Sign(digest, _privateKey, signature);
        return signature;
    }

    /// <summary>Wipes the private key.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_privateKey);
    }
}
