using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Crypto;
using Outpost.Chains.Wire.Cosmos.Tx;
using Any = Google.Protobuf.WellKnownTypes.Any;
using V10 = Outpost.Chains.Wire.Emissions.V10;
using V3 = Outpost.Chains.Wire.Emissions.V3;
using V9 = Outpost.Chains.Wire.Emissions.V9;

namespace Outpost.Tests.Devnet;

/// <summary>A key that signs without our client's help, so that a shared mistake cannot hide.</summary>
public sealed partial class TestWallet
{
    private const string Library = "libsecp256k1.so.1";
    private static readonly nint Context = CreateContext(0x0301);
    private readonly byte[] _secret;

    public TestWallet(string name)
    {
        _secret = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        var parsed = new byte[64];
        PublicKey = new byte[33];
        nuint length = 33;
        Assert.Equal(1, CreatePublicKey(Context, parsed, _secret));
        Assert.Equal(1, SerializePublicKey(Context, PublicKey, ref length, parsed, 0x0102));
        Address = Outpost.Devnet.Wire.Address.OfPublicKey(PublicKey);
    }

    public byte[] PublicKey { get; }

    public string Address { get; }

    public byte[] Sign(byte[] message)
    {
        var signature = new byte[64];
        var compact = new byte[64];
        Assert.Equal(1, SignDigest(Context, signature, SHA256.HashData(message), _secret, 0, 0));
        Assert.Equal(1, SerializeCompact(Context, compact, signature));
        return compact;
    }

    /// <summary>A signed InsertWorkerPayload in the v10 form; edit changes it before the bundle is signed.</summary>
    public V10.InsertWorkerPayloadRequest Payload(
        ulong topic, long nonce, string value, Action<V10.InputInferenceForecastBundle>? edit = null)
    {
        var bundle = new V10.InputInferenceForecastBundle
        {
            Inference = new() { TopicId = topic, BlockHeight = nonce, Inferer = Address, Value = value },
        };
        edit?.Invoke(bundle);
        return new()
        {
            Sender = Address,
            WorkerDataBundle = new()
            {
                Worker = Address,
                Nonce = new V3.Nonce { BlockHeight = nonce },
                TopicId = topic,
                InferenceForecastsBundle = bundle,
                InferencesForecastsBundleSignature = ByteString.CopyFrom(Sign(bundle.ToByteArray())),
                Pubkey = Convert.ToHexStringLower(PublicKey),
            },
        };
    }

    /// <summary>A signed InsertReputerPayload about this wallet's own inference; edit changes it before.</summary>
    public V10.InsertReputerPayloadRequest Losses(
        ulong topic, long nonce, string value, Action<V9.InputValueBundle>? edit = null)
    {
        var bundle = new V9.InputValueBundle
        {
            TopicId = topic,
            ReputerRequestNonce = new() { ReputerNonce = new() { BlockHeight = nonce } },
            Reputer = Address,
            CombinedValue = value,
            NaiveValue = value,
            InfererValues = { new V9.InputWorkerAttributedValue { Worker = Address, Value = value } },
        };
        edit?.Invoke(bundle);
        return new()
        {
            Sender = Address,
            ReputerValueBundle = new()
            {
                ValueBundle = bundle,
                Signature = ByteString.CopyFrom(Sign(bundle.ToByteArray())),
                Pubkey = Convert.ToHexStringLower(PublicKey),
            },
        };
    }

    public V10.RegisterRequest Registration(ulong topic, bool isReputer = false) =>
        new() { Sender = Address, TopicId = topic, Owner = Address, IsReputer = isReputer };

    public V10.AddStakeRequest Stake(ulong topic, string amount) =>
        new() { Sender = Address, TopicId = topic, Amount = amount };

    public byte[] Tx(IMessage message, TxShape shape) => Tx([(shape.TypeUrl(message), message.ToByteString())], shape);

    public byte[] Tx(IReadOnlyList<(string Url, ByteString Value)> messages, TxShape shape)
    {
        var body = new TxBody { Memo = shape.Memo, TimeoutHeight = shape.Timeout };
        body.Messages.AddRange(messages.Select(message => new Any { TypeUrl = message.Url, Value = message.Value }));
        var auth = new AuthInfo { Fee = new Fee { GasLimit = shape.Gas, Granter = shape.Granter } };
        auth.Fee.Amount.AddRange(shape.Fee.Select(coin => new Outpost.Chains.Wire.Cosmos.Base.Coin
        {
            Denom = coin.Denom,
            Amount = coin.Amount,
        }));
        auth.SignerInfos.Add(new SignerInfo
        {
            PublicKey = shape.LeaveKeyOut ? null : new Any
            {
                TypeUrl = "/cosmos.crypto.secp256k1.PubKey",
                Value = new PubKey { Key = ByteString.CopyFrom(PublicKey) }.ToByteString(),
            },
            ModeInfo = new ModeInfo { Single = new ModeInfo.Types.Single { Mode = 1 } },
            Sequence = shape.Sequence,
        });
        var document = new SignDoc
        {
            BodyBytes = body.ToByteString(),
            AuthInfoBytes = auth.ToByteString(),
            ChainId = shape.ChainId,
            AccountNumber = shape.Account,
        };
        var raw = new TxRaw { BodyBytes = document.BodyBytes, AuthInfoBytes = document.AuthInfoBytes };
        raw.Signatures.Add(ByteString.CopyFrom(shape.IsForSimulation ? [] : Sign(document.ToByteArray())));
        return raw.ToByteArray();
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint CreateContext(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_create")]
    private static partial int CreatePublicKey(nint context, Span<byte> parsed, ReadOnlySpan<byte> secret);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    private static partial int SerializePublicKey(
        nint context, Span<byte> output, ref nuint length, ReadOnlySpan<byte> parsed, uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign")]
    private static partial int SignDigest(
        nint context, Span<byte> signature, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> secret, nint nonce,
        nint extra);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_signature_serialize_compact")]
    private static partial int SerializeCompact(nint context, Span<byte> output, ReadOnlySpan<byte> signature);
}

/// <summary>
/// Everything about a transaction but its messages; the defaults pass every check of a fresh account.
/// </summary>
public sealed record TxShape
{
    public string ChainId { get; init; } = "outpost-devnet-1";

    public ulong Account { get; init; }

    public ulong Sequence { get; init; }

    public ulong Gas { get; init; } = 400_000;

    public IReadOnlyList<(string Denom, string Amount)> Fee { get; init; } = [("uallo", "4000000")];

    public string Granter { get; init; } = "";

    public string Memo { get; init; } = "";

    public ulong Timeout { get; init; }

    public int Version { get; init; } = 10;

    public bool LeaveKeyOut { get; init; }

    public bool IsForSimulation { get; init; }

    public string TypeUrl(IMessage message)
    {
        var name = message.Descriptor.FullName;
        return name.StartsWith("emissions.", StringComparison.Ordinal)
            ? $"/emissions.v{Version}.{message.Descriptor.Name}"
            : $"/{name}";
    }
}
