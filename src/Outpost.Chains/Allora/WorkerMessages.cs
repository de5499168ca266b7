using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Chains.Wire.Emissions.V3;

namespace Outpost.Chains.Allora;

/// <summary>
/// The messages that a worker sends, under the names of the chain's emissions version. A scalar inference and a
/// registration have the same bytes under v9 and v10; only the type URL differs.
/// </summary>
public static class WorkerMessages
{
    /// <summary>InsertWorkerPayloadRequest with one scalar inference, its bundle signed by the worker's key.</summary>
    public static Any Inference(
        EmissionsVersion version, TopicId topic, Height nonce, DecimalText value, AccountKey key)
    {
        var inference = new InputInference
        {
            TopicId = topic.Value,
            BlockHeight = nonce.Value,
            Inferer = key.Address,

            // Never empty: the chain writes an unset decimal as "0" when it re-encodes, and nothing would verify.
            Value = value.Text,
        };
        return Payload(version, topic, nonce, new InputInferenceForecastBundle { Inference = inference }, key);
    }

    /// <summary>RegisterRequest of a worker who owns itself.</summary>
    public static Any Register(EmissionsVersion version, TopicId topic, string address)
    {
        var request = new RegisterRequest { Sender = address, TopicId = topic.Value, Owner = address };
        return Message(version, nameof(RegisterRequest), request);
    }

    internal static Any Payload(
        EmissionsVersion version, TopicId topic, Height nonce, InputInferenceForecastBundle bundle, AccountKey key)
    {
        var signature = key.Sign(SHA256.HashData(bundle.ToByteArray()));
        var request = new InsertWorkerPayloadRequest
        {
            Sender = key.Address,
            WorkerDataBundle = new InputWorkerDataBundle
            {
                Worker = key.Address,
                Nonce = new Nonce { BlockHeight = nonce.Value },
                TopicId = topic.Value,
                InferenceForecastsBundle = bundle,
                InferencesForecastsBundleSignature = UnsafeByteOperations.UnsafeWrap(signature),
                Pubkey = Convert.ToHexStringLower(key.PublicKey.Span),
            },
        };
        return Message(version, nameof(InsertWorkerPayloadRequest), request);
    }

    private static Any Message(EmissionsVersion version, string name, IMessage message) =>
        new() { TypeUrl = $"/emissions.v{(int)version}.{name}", Value = message.ToByteString() };
}
