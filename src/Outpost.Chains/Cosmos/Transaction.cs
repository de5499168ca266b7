using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire.Cosmos.Base;
using Outpost.Chains.Wire.Cosmos.Crypto;
using Outpost.Chains.Wire.Cosmos.Tx;
using WireFee = Outpost.Chains.Wire.Cosmos.Tx.Fee;

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
    private const int SignModeDirect = 1;
    private const string PublicKeyUrl = "/cosmos.crypto.secp256k1.PubKey";

    public static SignedTransaction Sign(TransactionDraft draft, SigningContext context, AccountKey key)
    {
        var body = Body(draft);
        var authInfo = AuthInfo(draft, context, key);
        var signBytes = new SignDoc
        {
            BodyBytes = body,
            AuthInfoBytes = authInfo,
            ChainId = context.ChainId,
            AccountNumber = context.AccountNumber,
        };
        var signature = key.Sign(SHA256.HashData(signBytes.ToByteArray()));
        var bytes = Raw(body, authInfo, UnsafeByteOperations.UnsafeWrap(signature));
        return new SignedTransaction(bytes, Convert.ToHexString(SHA256.HashData(bytes)));
    }

    /// <summary>The same transaction with an empty signature, as Simulate wants it.</summary>
    public static ReadOnlyMemory<byte> ForSimulation(TransactionDraft draft, SigningContext context, AccountKey key) =>
        Raw(Body(draft), AuthInfo(draft, context, key), ByteString.Empty);

    private static byte[] Raw(ByteString body, ByteString authInfo, ByteString signature) =>
        new TxRaw { BodyBytes = body, AuthInfoBytes = authInfo, Signatures = { signature } }.ToByteArray();

    private static ByteString Body(TransactionDraft draft)
    {
        var body = new TxBody { Memo = draft.Memo, TimeoutHeight = (ulong)(draft.TimeoutHeight?.Value ?? 0) };
        body.Messages.AddRange(draft.Messages);
        return body.ToByteString();
    }

    private static ByteString AuthInfo(TransactionDraft draft, SigningContext context, AccountKey key)
    {
        var publicKey = new PubKey { Key = UnsafeByteOperations.UnsafeWrap(key.PublicKey) };
        var signer = new SignerInfo
        {
            PublicKey = new Any { TypeUrl = PublicKeyUrl, Value = publicKey.ToByteString() },
            ModeInfo = new ModeInfo { Single = new ModeInfo.Types.Single { Mode = SignModeDirect } },
            Sequence = context.Sequence,
        };
        var fee = new WireFee { GasLimit = draft.Fee.GasLimit, Granter = draft.Fee.Granter ?? "" };
        fee.Amount.Add(new Coin
        {
            Denom = context.Denom,
            Amount = draft.Fee.AmountUallo.ToString(CultureInfo.InvariantCulture),
        });
        return new AuthInfo { SignerInfos = { signer }, Fee = fee }.ToByteString();
    }
}
