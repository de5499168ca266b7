using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Queries;

/// <summary>The part of the emissions queries that a reputer asks: nonces, place and stake.</summary>
internal static class ReputerQueries
{
    public static void AddTo(QueryTable table, ChainNode node)
    {
        var read = new TopicReader(node);
        AddNonces(table, read);
        AddActors(table, read);
        AddStakes(table, read);
    }

    private static void AddNonces(QueryTable table, TopicReader read)
    {
        table.Add<GetUnfulfilledReputerNoncesRequest>("GetUnfulfilledReputerNonces", request =>
            read.Topic(request.TopicId, topic => new GetUnfulfilledReputerNoncesResponse
            {
                Nonces = Nonces(topic.ReputerNonces),
            }));
        table.Add<GetOpenReputerSubmissionWindowsRequest>("GetOpenReputerSubmissionWindows", request =>
            read.Topic(request.TopicId, (topic, view) => new GetOpenReputerSubmissionWindowsResponse
            {
                Nonces = Nonces(topic.OpenReputerNonces(view.Height)),
            }));
        table.Add<IsReputerNonceUnfulfilledRequest>("IsReputerNonceUnfulfilled", request =>
            read.Topic(request.TopicId, topic => new IsReputerNonceUnfulfilledResponse
            {
                IsReputerNonceUnfulfilled = topic.ReputerNonces.Contains(request.BlockHeight),
            }));
        table.Add<GetReputerSubmissionWindowStatusRequest>("GetReputerSubmissionWindowStatus", read.WindowStatus);
    }

    private static void AddActors(QueryTable table, TopicReader read)
    {
        table.Add<IsReputerRegisteredInTopicIdRequest>("IsReputerRegisteredInTopicId", request =>
            read.Topic(request.TopicId, topic => new IsReputerRegisteredInTopicIdResponse
            {
                IsRegistered = topic.Reputers.ContainsKey(request.Address),
            }));
        table.Add<CanSubmitReputerPayloadRequest>("CanSubmitReputerPayload", request =>
            read.Actor(request.TopicId, request.Address, (topic, view) => new CanSubmitReputerPayloadResponse
            {
                CanSubmitReputerPayload = view.Emissions.CanSubmitReputerPayload(topic, request.Address),
            }));
        table.Add<IsTopicReputerWhitelistEnabledRequest>("IsTopicReputerWhitelistEnabled", request =>
            read.Topic(request.TopicId, topic => new IsTopicReputerWhitelistEnabledResponse
            {
                IsTopicReputerWhitelistEnabled = topic.Options.ReputerWhitelist is not null,
            }));
        table.Add<IsWhitelistedTopicReputerRequest>("IsWhitelistedTopicReputer", request =>
            read.Topic(request.TopicId, topic => new IsWhitelistedTopicReputerResponse
            {
                IsWhitelistedTopicReputer = topic.Options.ReputerWhitelist?.Contains(request.Address) == true,
            }));
    }

    /// <summary>Nobody delegates here, so a reputer's authority is its own stake.</summary>
    private static void AddStakes(QueryTable table, TopicReader read)
    {
        table.Add<GetStakeReputerAuthorityRequest>("GetStakeReputerAuthority", request =>
            read.Actor(request.TopicId, request.Reputer, (topic, _) => new GetStakeReputerAuthorityResponse
            {
                Authority = EmissionsForms.Text(topic.Losses.Stakes.GetValueOrDefault(request.Reputer)),
            }));
        table.Add<GetStakeFromReputerInTopicInSelfRequest>("GetStakeFromReputerInTopicInSelf", request => read.Actor(
            request.TopicId, request.ReputerAddress, (topic, _) => new GetStakeFromReputerInTopicInSelfResponse
            {
                Amount = EmissionsForms.Text(topic.Losses.Stakes.GetValueOrDefault(request.ReputerAddress)),
            }));
        table.Add<GetTopicStakeRequest>("GetTopicStake", request =>
            read.Topic(request.TopicId, topic => new GetTopicStakeResponse
            {
                Amount = EmissionsForms.Text(EmissionsForms.StakeOf(topic)),
            }));
    }

    private static ReputerRequestNonces Nonces(IEnumerable<long> nonces) => new()
    {
        Nonces =
        {
            nonces.Select(nonce => new ReputerRequestNonce { ReputerNonce = new Nonce { BlockHeight = nonce } }),
        },
    };
}
