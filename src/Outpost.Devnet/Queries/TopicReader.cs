using Google.Protobuf;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Queries;

/// <summary>
/// Reads one topic as the node shows it, under the chain's lock; an unknown topic is gRPC NotFound.
/// </summary>
internal sealed class TopicReader(ChainNode node)
{
    public QueryAnswer Topic(ulong id, Func<TopicState, IMessage> answer) =>
        Topic(id, (topic, _) => answer(topic));

    public QueryAnswer Topic(ulong id, Func<TopicState, ChainView, IMessage> answer) =>
        Answer(id, (topic, view) => new QueryAnswer(answer(topic, view)));

    public QueryAnswer Answer(ulong id, Func<TopicState, ChainView, QueryAnswer> answer) => node.Read(view =>
        view.Emissions.Topics.TryGetValue(id, out var topic)
            ? answer(topic, view)
            : QueryAnswer.Failed(GrpcCode.NotFound, $"topic {id} not found"));

    public QueryAnswer Actor(ulong id, string address, Func<TopicState, ChainView, IMessage> answer) =>
        Address.Problem(address) is { } problem
            ? QueryAnswer.Failed(GrpcCode.InvalidArgument, $"invalid address: {problem}")
            : Topic(id, answer);

    public QueryAnswer WindowStatus(GetWorkerSubmissionWindowStatusRequest request)
    {
        if (request.Address.Length > 0 && Address.Problem(request.Address) is { } problem)
        {
            return QueryAnswer.Failed(GrpcCode.InvalidArgument, $"invalid address: {problem}");
        }

        return Topic(request.TopicId, (topic, view) =>
        {
            var nonce = topic.OpenNonce(view.Height);
            var next = topic.IsActive ? topic.NextChurn : 0;
            return new GetWorkerSubmissionWindowStatusResponse
            {
                IsOpen = nonce is not null,
                CurrentNonceBlockHeight = nonce ?? 0,
                WindowStartBlock = nonce ?? 0,
                WindowEndBlock = nonce is { } open ? topic.WindowEnd(open) : 0,
                NextWindowStartBlock = next,
                NextWindowEndBlock = topic.IsActive ? topic.WindowEnd(next) : 0,
                IsRegistered = topic.Workers.ContainsKey(request.Address),
                IsWhitelisted = view.Emissions.CanSubmitWorkerPayload(topic, request.Address),
                IsTopicActive = topic.IsActive,
            };
        });
    }

    public QueryAnswer WindowStatus(GetReputerSubmissionWindowStatusRequest request)
    {
        if (request.Address.Length > 0 && Address.Problem(request.Address) is { } problem)
        {
            return QueryAnswer.Failed(GrpcCode.InvalidArgument, $"invalid address: {problem}");
        }

        return Topic(request.TopicId, (topic, view) =>
        {
            // The oldest: it is the one that closes first.
            var height = view.Height;
            var nonce = topic.OpenReputerNonces(height).LastOrDefault();
            var (start, end) = nonce == 0 ? (0, 0) : topic.ReputerWindow(nonce);
            var next = topic.NextReputerWindow(height);
            return new GetReputerSubmissionWindowStatusResponse
            {
                IsOpen = nonce != 0,
                CurrentNonceBlockHeight = nonce,
                WindowStartBlock = start,
                WindowEndBlock = end,
                NextWindowStartBlock = next,
                NextWindowEndBlock = next == 0 ? 0 : next + topic.RevealSlack + topic.EpochLength,
                IsRegistered = topic.Reputers.ContainsKey(request.Address),
                IsWhitelisted = view.Emissions.CanSubmitReputerPayload(topic, request.Address),
                IsTopicActive = topic.IsActive,
            };
        });
    }
}
