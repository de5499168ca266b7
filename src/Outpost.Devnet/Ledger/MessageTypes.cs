using Google.Protobuf;
using Google.Protobuf.Reflection;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Cosmos.Bank;
using Outpost.Chains.Wire.Cosmos.Crypto;
using V10 = Outpost.Chains.Wire.Emissions.V10;
using V9 = Outpost.Chains.Wire.Emissions.V9;

namespace Outpost.Devnet.Ledger;

/// <summary>
/// The type URLs that a chain of one emissions version can resolve; the other version's are unknown to it.
/// </summary>
internal sealed class MessageTypes
{
    public const string PublicKeyUrl = "/cosmos.crypto.secp256k1.PubKey";
    private readonly Dictionary<string, MessageDescriptor> _types;

    public MessageTypes(EmissionsVersion version)
    {
        var package = $"/emissions.v{(int)version}";
        WorkerPayloadUrl = $"{package}.InsertWorkerPayloadRequest";
        RegisterUrl = $"{package}.RegisterRequest";
        var isV9 = version == EmissionsVersion.V9;
        _types = new(StringComparer.Ordinal)
        {
            [PublicKeyUrl] = PubKey.Descriptor,
            ["/cosmos.bank.v1beta1.MsgSend"] = MsgSend.Descriptor,
            [RegisterUrl] = V10.RegisterRequest.Descriptor,
            [$"{package}.AddStakeRequest"] = V10.AddStakeRequest.Descriptor,
            [WorkerPayloadUrl] = isV9
                ? V9.InsertWorkerPayloadRequest.Descriptor
                : V10.InsertWorkerPayloadRequest.Descriptor,
            [$"{package}.InsertReputerPayloadRequest"] = isV9
                ? V9.InsertReputerPayloadRequest.Descriptor
                : V10.InsertReputerPayloadRequest.Descriptor,
        };
    }

    public string WorkerPayloadUrl { get; }

    public string RegisterUrl { get; }

    public MessageDescriptor? Resolve(string typeUrl) => _types.GetValueOrDefault(typeUrl);

    public IMessage Parse(string typeUrl, ByteString value) => _types[typeUrl].Parser.ParseFrom(value);
}
