using System.Security.Cryptography;
using System.Text;
using Outpost.Chains.Wire;

namespace Outpost.Devnet.Wire;

/// <summary>Account addresses of the chain: bech32 with the prefix allo over 20 bytes.</summary>
internal static class Address
{
    private const string Prefix = "allo";

    /// <summary>What the SDK says of a text that is no address of this chain; null when it is one.</summary>
    public static string? Problem(string text)
    {
        if (text.Length == 0)
        {
            return "empty address string is not allowed";
        }

        var problem = Bech32.Decode(text, out var prefix, out var payload);
        if (problem is not null)
        {
            return problem;
        }

        if (!string.Equals(prefix, Prefix, StringComparison.Ordinal))
        {
            return $"invalid Bech32 prefix; expected {Prefix}, got {prefix}";
        }

        return payload.Length is > 0 and <= 255 ? null : $"address length {payload.Length} is out of bounds";
    }

    /// <summary>The address of a compressed public key.</summary>
    public static string OfPublicKey(ReadOnlySpan<byte> publicKey) =>
        Bech32.Encode(Prefix, Ripemd160.Hash(SHA256.HashData(publicKey)));

    /// <summary>The address of a module's account (x/auth/types NewModuleAddress).</summary>
    public static string OfModule(string name) =>
        Bech32.Encode(Prefix, SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 20));
}
