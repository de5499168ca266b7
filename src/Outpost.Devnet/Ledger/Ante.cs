using System.Globalization;
using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Ledger;

/// <summary>
/// What a transaction must pass before its messages run, in the order of the Cosmos SDK 0.50 with the feemarket
/// module: basics, timeout, memo, size, fee, key, signature count and gas, sequence, signature.
/// </summary>
internal sealed class Ante(string chainId, FeeMarket fees)
{
    private const int MaxMemo = 256;
    private const int MaxSignatures = 7;
    private const ulong GasPerByte = 10;
    private const ulong GasPerSignature = 1000;
    private const ulong BaseGas = 60_000;
    private const int SignModeDirect = 1;

    public Refused? Run(TxContext context) =>
        Basics(context)
        ?? Timeout(context)
        ?? Memo(context)
        ?? context.Gas.Consume(BaseGas + (GasPerByte * (ulong)context.Tx.Bytes.Length), "txSize")
        ?? fees.Deduct(context)
        ?? SetKey(context)
        ?? context.Gas.Consume(GasPerSignature * (ulong)context.Tx.Auth.SignerInfos.Count, "ante verify: secp256k1")
        ?? Signature(context);

    private static Refused? Basics(TxContext context)
    {
        var tx = context.Tx;
        if (tx.Messages.Count == 0)
        {
            return Refused.InvalidRequest("must contain at least one message");
        }

        foreach (var message in tx.Messages)
        {
            if (Address.Problem(message.Signer) is { } problem)
            {
                return Refused.InvalidAddress(problem);
            }
        }

        if (tx.Raw.Signatures.Count == 0)
        {
            return Refused.Sdk(15, "no signatures supplied");
        }

        var signers = tx.Signers.Count;
        if (tx.Raw.Signatures.Count != signers)
        {
            return Refused.Unauthorized(
                $"wrong number of signers; expected {signers}, got {tx.Raw.Signatures.Count}");
        }

        return signers > MaxSignatures
            ? Refused.Sdk(14, $"signatures: {signers}, limit: {MaxSignatures}: maximum number of signatures exceeded")
            : null;
    }

    private static Refused? Timeout(TxContext context)
    {
        var timeout = context.Tx.Body.TimeoutHeight;
        return timeout > 0 && (ulong)context.Height > timeout
            ? Refused.Sdk(30, $"block height: {context.Height}, timeout height: {timeout}: tx timeout height")
            : null;
    }

    private static Refused? Memo(TxContext context)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(context.Tx.Body.Memo);
        return length > MaxMemo
            ? Refused.Sdk(
                12, $"maximum number of characters is {MaxMemo} but received {length} characters: memo too large")
            : null;
    }

    private static Refused? SetKey(TxContext context)
    {
        var signer = context.Tx.Signers[0];
        var account = context.Book.Find(signer);
        if (account is null)
        {
            return Refused.Sdk(9, $"account {signer} does not exist: unknown address");
        }

        if (context.Tx.PublicKey is not { } key)
        {
            return account.PublicKey is null && !context.IsSimulation
                ? Refused.Sdk(8, "pubkey on account is not set: invalid pubkey")
                : null;
        }

        if (!Secp256k1.IsPublicKey(key)
            || (!context.IsSimulation && !string.Equals(Address.OfPublicKey(key), signer, StringComparison.Ordinal)))
        {
            return Refused.Sdk(
                8, $"pubKey does not match signer address {signer} with signer index: 0: invalid pubkey");
        }

        if (account.PublicKey is null)
        {
            context.Book.Set(account with { PublicKey = key });
        }

        return null;
    }

    private Refused? Signature(TxContext context)
    {
        var tx = context.Tx;
        if (tx.Auth.SignerInfos.Count != tx.Signers.Count)
        {
            return Refused.Unauthorized(
                $"invalid number of signer; expected: {tx.Signers.Count}, got {tx.Auth.SignerInfos.Count}");
        }

        if (tx.Signers.Count > 1)
        {
            return Refused.Unauthorized("the devnet verifies transactions of one signer");
        }

        var info = tx.Auth.SignerInfos[0];
        var account = context.Book.Find(tx.Signers[0])!;
        if (info.Sequence != account.Sequence)
        {
            return Refused.Sdk(32, string.Create(CultureInfo.InvariantCulture,
                $"account sequence mismatch, expected {account.Sequence}, got {info.Sequence}"
                + $": incorrect account sequence"));
        }

        if (!context.IsSimulation && context.Mode != TxMode.Recheck && !IsSigned(context, account, info))
        {
            return Refused.Unauthorized(
                $"signature verification failed; please verify account number ({account.Number}), "
                + $"sequence ({account.Sequence}) and chain-id ({chainId}): "
                + "(unable to verify single signer signature)");
        }

        context.Book.Set(account with { Sequence = account.Sequence + 1 });
        context.Events.Add(Emit.Plain("tx", ("acc_seq", $"{account.Address}/{account.Sequence}")));
        context.Events.Add(Emit.Plain("tx", ("signature", tx.Raw.Signatures[0].ToBase64())));
        return null;
    }

    private bool IsSigned(TxContext context, Account account, SignerInfo info)
    {
        if (context.VerifiedFor == (account.Number, account.Sequence))
        {
            return true;
        }

        var document = new SignDoc
        {
            BodyBytes = context.Tx.Raw.BodyBytes,
            AuthInfoBytes = context.Tx.Raw.AuthInfoBytes,
            ChainId = chainId,
            AccountNumber = account.Number,
        };
        var isSigned = info.ModeInfo?.Single?.Mode == SignModeDirect
            && Secp256k1.Verify(account.PublicKey, document.ToByteArray(), context.Tx.Raw.Signatures[0].Span);
        context.VerifiedFor = isSigned ? (account.Number, account.Sequence) : null;
        return isSigned;
    }
}
