using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Keys;

namespace Outpost.Chains.Cosmos;

/// <summary>What a transaction says, before it is signed.</summary>
/// <param name="TimeoutHeight">The last block that may include it; null: no limit.</param>
public sealed record TransactionDraft(
    IReadOnlyList<Any> Messages, Fee Fee, Height? TimeoutHeight, string Memo = "");

/// <summary>Who signs, and with which numbers.</summary>
public sealed record SigningContext(string ChainId, ulong AccountNumber, ulong Sequence, string Denom = "uallo");

/// <summary>SIGN_MODE_DIRECT: encodes a draft and signs SHA-256(SignDoc) (Cosmos SDK, ADR-020 and ADR-027).</summary>
public static class Transaction
{
    public static SignedTransaction Sign(TransactionDraft draft, SigningContext context, AccountKey key) =>
        throw new NotImplementedException();

    /// <summary>The same transaction with an empty signature, as Simulate wants it.</summary>
    public static ReadOnlyMemory<byte> ForSimulation(TransactionDraft draft, SigningContext context, AccountKey key) =>
        throw new NotImplementedException();
}
