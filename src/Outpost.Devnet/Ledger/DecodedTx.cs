using System.Security.Cryptography;
using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Bank;
using Outpost.Chains.Wire.Cosmos.Crypto;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Devnet.Wire;
using V10 = Outpost.Chains.Wire.Emissions.V10;
using V9 = Outpost.Chains.Wire.Emissions.V9;

namespace Outpost.Devnet.Ledger;

/// <summary>One message of a transaction. The signer is its first field.</summary>
internal sealed record DecodedMessage(string TypeUrl, IMessage Body, string Signer);

/// <summary>A transaction as the chain's decoder hands it to the ante handlers.</summary>
internal sealed record DecodedTx(
    byte[] Bytes, string Hash, TxRaw Raw, TxBody Body, AuthInfo Auth, IReadOnlyList<DecodedMessage> Messages)
{
    private IReadOnlyList<PayloadName>? _payloads;

    /// <summary>The key of the first signer; null when the transaction leaves it out.</summary>
    public byte[]? PublicKey { get; init; }

    /// <summary>The names of the payloads in it.</summary>
    public IReadOnlyList<PayloadName> Payloads => _payloads ??= PayloadForm.NamesOf(Messages);

    /// <summary>The sequence of the first signer.</summary>
    public ulong Sequence => Auth.SignerInfos.Count > 0 ? Auth.SignerInfos[0].Sequence : 0;

    /// <summary>Who pays unless there is a granter.</summary>
    public string FeePayer => Auth.Fee is { Payer.Length: > 0 } fee ? fee.Payer : Messages[0].Signer;

    public ulong GasLimit => Auth.Fee?.GasLimit ?? 0;

    /// <summary>The different signers of all messages, in order of appearance.</summary>
    public IReadOnlyList<string> Signers =>
        [.. Messages.Select(message => message.Signer).Distinct(StringComparer.Ordinal)];

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    /// <summary>
    /// Decodes as strictly as the SDK does (x/auth/tx/decoder.go); sdk code 2 for all that it cannot read.
    /// </summary>
    public static DecodedTx? Decode(byte[] bytes, MessageTypes types, out Refused? refused)
    {
        try
        {
            refused = Problem(bytes, types, out var raw, out var body, out var auth);
            if (refused is not null)
            {
                return null;
            }

            var messages = new List<DecodedMessage>();
            foreach (var any in body.Messages)
            {
                var message = types.Parse(any.TypeUrl, any.Value);
                if (SignerOf(message) is not { } signer)
                {
                    refused = Refused.TxParse($"unable to resolve type URL {any.TypeUrl}");
                    return null;
                }

                if (message is not MsgSend && PayloadForm.UnreadableNumber(message) is { } problem)
                {
                    refused = Refused.TxParse(problem);
                    return null;
                }

                messages.Add(new(any.TypeUrl, message, signer));
            }

            var key = auth.SignerInfos.Count > 0 && auth.SignerInfos[0].PublicKey is { } keyAny
                ? PubKey.Parser.ParseFrom(keyAny.Value).Key.ToByteArray()
                : null;
            return new(bytes, HashOf(bytes), raw, body, auth, messages) { PublicKey = key };
        }
        catch (InvalidProtocolBufferException malformed)
        {
            refused = Refused.TxParse(malformed.Message);
            return null;
        }
    }

    private static Refused? Problem(
        byte[] bytes, MessageTypes types, out TxRaw raw, out TxBody body, out AuthInfo auth)
    {
        (raw, body, auth) = (new(), new(), new());
        var problem = StrictProto.NotCanonicalRaw(bytes)
            ?? StrictProto.UnknownField(bytes, TxRaw.Descriptor, types.Resolve);
        if (problem is not null)
        {
            return Refused.TxParse(problem);
        }

        raw = TxRaw.Parser.ParseFrom(bytes);
        problem = StrictProto.UnknownField(raw.BodyBytes.Span, TxBody.Descriptor, types.Resolve, allowNonCritical: true)
            ?? StrictProto.UnknownField(raw.AuthInfoBytes.Span, AuthInfo.Descriptor, types.Resolve);
        if (problem is not null)
        {
            return Refused.TxParse(problem);
        }

        body = TxBody.Parser.ParseFrom(raw.BodyBytes);
        auth = AuthInfo.Parser.ParseFrom(raw.AuthInfoBytes);
        return null;
    }

    private static string? SignerOf(IMessage message) => message switch
    {
        MsgSend send => send.FromAddress,
        V10.RegisterRequest register => register.Sender,
        V10.InsertWorkerPayloadRequest payload => payload.Sender,
        V10.InsertReputerPayloadRequest payload => payload.Sender,
        V10.AddStakeRequest stake => stake.Sender,
        V9.InsertWorkerPayloadRequest payload => payload.Sender,
        V9.InsertReputerPayloadRequest payload => payload.Sender,
        _ => null,
    };
}
