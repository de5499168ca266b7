using System.Security.Cryptography;
using System.Text;
using Outpost.Chains.Allora;

namespace Outpost.Devnet.Blocks;

/// <summary>What the devnet says that it is. It has one validator, which signs nothing that anyone checks.</summary>
internal static class NodeIdentity
{
    public const string CometVersion = "0.38.19";

    /// <summary>20 bytes of lower-case hex.</summary>
    public static string NodeId(int seed) => Convert.ToHexStringLower(Derive("node", seed).AsSpan(0, 20));

    /// <summary>Stands for an ed25519 public key.</summary>
    public static byte[] ValidatorKey(int seed) => Derive("validator", seed);

    /// <summary>20 bytes of upper-case hex, as CometBFT derives them from the key.</summary>
    public static string ValidatorAddress(int seed) =>
        Convert.ToHexString(SHA256.HashData(ValidatorKey(seed)).AsSpan(0, 20));

    /// <summary>The release of the real chain that speaks the running emissions version.</summary>
    public static string AppVersion(ChainView view) =>
        view.Emissions.Version == EmissionsVersion.V9 ? "v0.16.0" : "v0.17.0";

    private static byte[] Derive(string role, int seed) => SHA256.HashData(Encoding.UTF8.GetBytes($"{role}/{seed}"));
}
