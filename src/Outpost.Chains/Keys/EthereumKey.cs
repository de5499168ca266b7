using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Keys;

/// <summary>One secp256k1 key and its address on EVM chains. Signs digests; never shows its private part.</summary>
public sealed class EthereumKey : IDisposable
{
    // 64 hex digits and a line's end; what is longer is another file.
    private const int MaxFileBytes = 256;

    // Pinned, so that the collector leaves no copies behind when it compacts.
    private readonly byte[] _privateKey = GC.AllocateArray<byte>(Secp256k1.PrivateKeySize, pinned: true);
    private volatile bool _isDisposed;

    private EthereumKey(ReadOnlySpan<byte> privateKey)
    {
        Address = EvmAddress.OfPublicKey(Secp256k1.UncompressedPublicKeyOf(privateKey));
        privateKey.CopyTo(_privateKey);
    }

    /// <summary>The address that signatures by this key lead to.</summary>
    public EvmAddress Address { get; }

    /// <summary>
    /// A key of 32 bytes; throws <see cref="ArgumentException"/> when it is zero or not below the order.
    /// </summary>
    public static EthereumKey FromPrivateKey(ReadOnlySpan<byte> privateKey) => new(privateKey);

    /// <summary>
    /// The key of a service that starts without a person: 64 hex digits in a file that only its owner may read, made
    /// of fresh chance when there is none. Throws <see cref="KeyStoreException"/> when the file cannot be read or
    /// written, holds something else, or is open to others.
    /// </summary>
    public static EthereumKey OpenOrCreate(string path)
    {
        var act = $"Opening the service's key {path}";
        try
        {
            return File.Exists(path) ? Read(path, act) : Create(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new KeyStoreException($"{act}: {problem.Message}", problem);
        }
    }

    /// <summary>r‖s‖v of a 32-byte digest, with the nonce of RFC 6979: equal digests give equal signatures.</summary>
    public EthereumSignature Sign(ReadOnlySpan<byte> digest)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return EthereumSignature.Of(digest, _privateKey);
    }

    /// <summary>What is signed of a message, so that none can be taken for a transaction (EIP-191, 0x45).</summary>
    public static byte[] DigestOfMessage(ReadOnlySpan<byte> message)
    {
        var length = message.Length.ToString(CultureInfo.InvariantCulture);
        var prefix = Encoding.ASCII.GetBytes($"\u0019Ethereum Signed Message:\n{length}");
        return Keccak256.Hash([.. prefix, .. message]);
    }

    /// <summary>Wipes the private key.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_privateKey);
    }

    private static EthereumKey Read(string path, string act)
    {
        if (OwnerOnlyFile.ModeIfOpenToOthers(path) is { } mode)
        {
            throw new KeyStoreException($"{act}: its mode {mode} lets others use it. Run: chmod 600 {path}");
        }

        var bytes = new FileInfo(path).Length <= MaxFileBytes ? File.ReadAllBytes(path) : [];
        Span<byte> key = stackalloc byte[Secp256k1.PrivateKeySize];
        try
        {
            var digits = bytes.AsSpan().Trim("\r\n\t "u8);
            if (digits.Length != 2 * key.Length
                || Convert.FromHexString(digits, key, out _, out _) != System.Buffers.OperationStatus.Done
                || !Secp256k1.IsPrivateKey(key))
            {
                throw new KeyStoreException($"{act}: it does not hold 64 hex digits that are a key. Restore a copy.");
            }

            return new EthereumKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static EthereumKey Create(string path)
    {
        Span<byte> key = stackalloc byte[Secp256k1.PrivateKeySize];
        var text = new byte[2 * key.Length + 1];
        try
        {
            do
            {
                RandomNumberGenerator.Fill(key);
            }
            while (!Secp256k1.IsPrivateKey(key));
            Convert.TryToHexStringLower(key, text, out _);
            text[^1] = (byte)'\n';
            OwnerOnlyFile.Write(path, text, overwrites: false);
            return new EthereumKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
