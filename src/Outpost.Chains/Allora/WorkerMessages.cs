using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;

namespace Outpost.Chains.Allora;

/// <summary>The messages that a worker sends, under the names of the chain's emissions version.</summary>
public static class WorkerMessages
{
    /// <summary>InsertWorkerPayloadRequest with one scalar inference, its bundle signed by the worker's key.</summary>
    public static Any Inference(
        EmissionsVersion version, TopicId topic, Height nonce, DecimalText value, AccountKey key) =>
        throw new NotImplementedException();

    /// <summary>RegisterRequest of a worker who owns itself.</summary>
    public static Any Register(EmissionsVersion version, TopicId topic, string address) =>
        throw new NotImplementedException();
}
