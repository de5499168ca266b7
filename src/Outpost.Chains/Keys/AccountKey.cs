namespace Outpost.Chains.Keys;

/// <summary>One secp256k1 key and the account it owns on Allora. Signs digests; never shows its private part.</summary>
public sealed class AccountKey : IDisposable
{
    /// <summary>The key at m/44'/118'/0'/0/<paramref name="index"/> (SLIP-44 coin type 118).</summary>
    public static AccountKey FromMnemonic(Mnemonic mnemonic, uint index = 0) => throw new NotImplementedException();

    /// <summary>A key of 32 bytes; throws <see cref="ArgumentException"/> when it is zero or not below the order.</summary>
    public static AccountKey FromPrivateKey(ReadOnlySpan<byte> privateKey) => throw new NotImplementedException();

    /// <summary>bech32("allo", RIPEMD160(SHA256(public key))).</summary>
    public string Address => throw new NotImplementedException();

    /// <summary>Compressed, 33 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey => throw new NotImplementedException();

    /// <summary>A 64-byte r‖s signature, low-S, RFC 6979, of a 32-byte digest.</summary>
    public byte[] Sign(ReadOnlySpan<byte> digest) => throw new NotImplementedException();

    /// <summary>Wipes the private key.</summary>
    public void Dispose() => throw new NotImplementedException();
}
