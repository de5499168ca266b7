using Outpost.Chains.Cosmos;
using Outpost.Chains.Wire.Emissions.Query;

namespace Outpost.Chains.Allora;

/// <summary>The state of a worker window on chains before v0.12.2, which have no single query for it.</summary>
internal static class OlderWorkerWindow
{
    public static async Task<WorkerWindow> AskAsync(
        AlloraClient allora, CosmosClient cosmos, TopicId id, string address, CancellationToken cancellationToken)
    {
        var topic = await allora.TopicAsync(id, cancellationToken) ?? throw new ChainException(
            ChainFault.NotFound, "query the worker window", null, $"topic {id} does not exist");
        var nonces = await allora.AskAsync(
            "GetUnfulfilledWorkerNonces", new GetUnfulfilledWorkerNoncesRequest { TopicId = id.Value },
            GetUnfulfilledWorkerNoncesResponse.Parser, cancellationToken);
        var registered = await allora.AskAsync(
            "IsWorkerRegisteredInTopicId",
            new IsWorkerRegisteredInTopicIdRequest { TopicId = id.Value, Address = address },
            IsWorkerRegisteredInTopicIdResponse.Parser, cancellationToken);
        var permitted = await allora.AskAsync(
            "CanSubmitWorkerPayload", new CanSubmitWorkerPayloadRequest { TopicId = id.Value, Address = address },
            CanSubmitWorkerPayloadResponse.Parser, cancellationToken);
        var active = await allora.AskAsync(
            "IsTopicActive", new IsTopicActiveRequest { TopicId = id.Value }, IsTopicActiveResponse.Parser,
            cancellationToken);
        var head = await cosmos.HeadAsync(cancellationToken);

        // The chain lists the newest nonce first; without one, the last that there was.
        var open = nonces.Nonces?.Nonces_.FirstOrDefault()?.BlockHeight;
        var nonce = new Height(open ?? topic.EpochLastEnded.Value);
        var closesAt = nonce + topic.WorkerWindowBlocks;
        var nextOpensAt = active.IsActive ? topic.EpochLastEnded + topic.EpochLengthBlocks : new Height(0);
        return new WorkerWindow(open is not null && head.Height <= closesAt, nonce, closesAt, nextOpensAt,
            registered.IsRegistered, permitted.CanSubmitWorkerPayload, active.IsActive);
    }
}
