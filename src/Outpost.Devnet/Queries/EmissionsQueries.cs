using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Queries;

/// <summary>
/// emissions.v9/v10.QueryService: topics, and what a worker asks. Methods are added without their package.
/// </summary>
internal static class EmissionsQueries
{
    public static void AddTo(QueryTable table, ChainNode node)
    {
        var read = new TopicReader(node);
        table.Add<GetParamsRequest>("GetParams", _ => new(node.Read(view => EmissionsForms.Params(view.Emissions))));
        table.Add<GetNextTopicIdRequest>("GetNextTopicId", _ => new(new GetNextTopicIdResponse
        {
            NextTopicId = node.Read(view => view.Emissions.Topics.Keys.LastOrDefault() + 1),
        }));
        table.Add<TopicExistsRequest>("TopicExists", request => new(new TopicExistsResponse
        {
            Exists = node.Read(view => view.Emissions.Topics.ContainsKey(request.TopicId)),
        }));
        table.Add<GetTopicRequest>("GetTopic", request => read.Topic(request.TopicId, (topic, view) =>
            EmissionsForms.Topic(topic, view.Emissions.Version)));
        table.Add<IsTopicActiveRequest>("IsTopicActive", request => read.Topic(request.TopicId, topic =>
            new IsTopicActiveResponse { IsActive = topic.IsActive }));
        table.Add<GetNextChurningBlockByTopicIdRequest>("GetNextChurningBlockByTopicId", request =>
            read.Topic(request.TopicId, topic => new GetNextChurningBlockByTopicIdResponse
            {
                BlockHeight = topic.IsActive ? topic.NextChurn : 0,
            }));
        AddNonces(table, read);
        AddActors(table, read);
        AddInferences(table, read);
    }

    private static void AddNonces(QueryTable table, TopicReader read)
    {
        table.Add<GetUnfulfilledWorkerNoncesRequest>("GetUnfulfilledWorkerNonces", request =>
            read.Topic(request.TopicId, topic => Nonces(topic.WorkerNonces)));
        table.Add<GetUnfulfilledWorkerNoncesRequest>("GetOpenWorkerSubmissionWindows", request =>
            read.Topic(request.TopicId, topic => Nonces(topic.WorkerNonces)));
        table.Add<IsWorkerNonceUnfulfilledRequest>("IsWorkerNonceUnfulfilled", request =>
            read.Topic(request.TopicId, topic => new IsWorkerNonceUnfulfilledResponse
            {
                IsWorkerNonceUnfulfilled = topic.WorkerNonces.Contains(request.BlockHeight),
            }));
        table.Add<GetWorkerSubmissionWindowStatusRequest>("GetWorkerSubmissionWindowStatus", read.WindowStatus);
    }

    private static void AddActors(QueryTable table, TopicReader read)
    {
        table.Add<IsWorkerRegisteredInTopicIdRequest>("IsWorkerRegisteredInTopicId", request =>
            read.Topic(request.TopicId, topic => new IsWorkerRegisteredInTopicIdResponse
            {
                IsRegistered = topic.Workers.ContainsKey(request.Address),
            }));
        table.Add<CanSubmitWorkerPayloadRequest>("CanSubmitWorkerPayload", request =>
            read.Actor(request.TopicId, request.Address, (topic, view) => new CanSubmitWorkerPayloadResponse
            {
                CanSubmitWorkerPayload = view.Emissions.CanSubmitWorkerPayload(topic, request.Address),
            }));
        table.Add<IsTopicWorkerWhitelistEnabledRequest>("IsTopicWorkerWhitelistEnabled", request =>
            read.Topic(request.TopicId, topic => new IsTopicWorkerWhitelistEnabledResponse
            {
                IsTopicWorkerWhitelistEnabled = topic.Options.WorkerWhitelist is not null,
            }));
        table.Add<IsWhitelistedTopicWorkerRequest>("IsWhitelistedTopicWorker", request =>
            read.Topic(request.TopicId, topic => new IsWhitelistedTopicWorkerResponse
            {
                IsWhitelistedTopicWorker = topic.Options.WorkerWhitelist?.Contains(request.Address) == true,
            }));
    }

    private static void AddInferences(QueryTable table, TopicReader read)
    {
        table.Add<GetInferencesAtBlockRequest>("GetInferencesAtBlock", request =>
            read.Topic(request.TopicId, (topic, view) => topic.Closed.TryGetValue(request.BlockHeight, out var closed)
                ? new GetInferencesAtBlockResponse
                {
                    Inferences = EmissionsForms.Inferences(topic, closed, view.Emissions),
                }
                : new GetInferencesAtBlockResponse { Inferences = new Inferences() }));
    }

    private static GetUnfulfilledWorkerNoncesResponse Nonces(IEnumerable<long> nonces) => new()
    {
        Nonces = new Nonces { Nonces_ = { nonces.Select(nonce => new Nonce { BlockHeight = nonce }) } },
    };
}
