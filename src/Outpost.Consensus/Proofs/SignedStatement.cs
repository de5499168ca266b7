using Outpost.Chains.Keys;
using Outpost.Chains.Wire;

namespace Outpost.Consensus.Proofs;

/// <summary>
/// A statement and who stands by it: an EIP-191 signature over its canonical JSON, which any wallet's software checks.
/// </summary>
/// <param name="Signer">The address of the service's key.</param>
/// <param name="Signature">r‖s‖v, 0x and 130 hex digits.</param>
public sealed record SignedStatement<T>(T Statement, string Signer, string Signature)
    where T : class;

/// <summary>Signs statements, and tells who signed one.</summary>
public static class SignedStatement
{
    /// <summary>The statement with the key's word for it; equal statements get equal signatures.</summary>
    public static SignedStatement<T> By<T>(EthereumKey key, T statement)
        where T : class =>
        new(statement, key.Address.ToString(), key.Sign(Digest(statement)).ToString());

    /// <summary>Why nobody who is named signed this, as a sentence; null when the signer did.</summary>
    public static string? Problem<T>(SignedStatement<T> statement)
        where T : class
    {
        if (!EthereumSignature.TryParse(statement.Signature, out var signature, out var problem))
        {
            return $"The signature {problem}.";
        }

        // Compared as text: another spelling of the address was written by somebody else.
        return signature.Signer(Digest(statement.Statement)) is { } signer && signer.ToString() == statement.Signer
            ? null
            : $"The signature is not one of {statement.Signer} for what is said here.";
    }

    private static byte[] Digest<T>(T statement) =>
        EthereumKey.DigestOfMessage(CanonicalJson.OfValue(statement));
}
