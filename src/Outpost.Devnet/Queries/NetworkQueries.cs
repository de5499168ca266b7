using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Blocks;
using Score = Outpost.Chains.Wire.Emissions.V3.Score;
using V9 = Outpost.Chains.Wire.Emissions.QueryV9;

namespace Outpost.Devnet.Queries;

/// <summary>The part of the emissions queries that tells what the network made of everybody's work.</summary>
internal static class NetworkQueries
{
    public static void AddTo(QueryTable table, ChainNode node)
    {
        var read = new TopicReader(node);
        AddInferences(table, read);
        AddLosses(table, read);
        AddScores(table, read);
        AddAverages(table, read);
    }

    private static void AddInferences(QueryTable table, TopicReader read)
    {
        table.Add<GetForecastsAtBlockRequest>("GetForecastsAtBlock", request =>
            read.Topic(request.TopicId, topic => new GetForecastsAtBlockResponse
            {
                Forecasts = EmissionsForms.Forecasts(topic.Closed.GetValueOrDefault(request.BlockHeight)),
            }));
        table.Add<GetNetworkInferencesAtBlockRequest>("GetNetworkInferencesAtBlock", request =>
            read.Answer(request.TopicId, (topic, view) => Found(
                topic, topic.Closed.GetValueOrDefault(request.BlockHeightLastInference),
                closed => view.Emissions.Version == EmissionsVersion.V9
                    ? new V9.GetNetworkInferencesAtBlockResponse
                    {
                        NetworkInferences = NetworkInference.ValueBundle(topic, closed),
                    }
                    : new GetNetworkInferencesAtBlockResponse { NetworkInferences = closed.Network })));
        table.Add<GetLatestNetworkInferencesRequest>("GetLatestNetworkInferences", request =>
            read.Answer(request.TopicId, (topic, view) => Found(
                topic, topic.Closed.Values.LastOrDefault(),
                closed => view.Emissions.Version == EmissionsVersion.V9
                    ? new V9.GetLatestNetworkInferencesResponse
                    {
                        NetworkInferences = NetworkInference.ValueBundle(topic, closed),
                        InferenceBlockHeight = closed.Nonce,
                    }
                    : new GetLatestNetworkInferencesResponse
                    {
                        NetworkInferences = closed.Network,
                        InferenceBlockHeight = closed.Nonce,
                    })));
    }

    private static QueryAnswer Found(TopicState topic, ClosedNonce? closed, Func<ClosedNonce, IMessage> answer) =>
        closed is null
            ? QueryAnswer.Failed(GrpcCode.NotFound, $"no inferences found for topic {topic.Id}: not found")
            : new(answer(closed));

    private static void AddLosses(QueryTable table, TopicReader read)
    {
        table.Add<GetReputerLossBundlesAtBlockRequest>("GetReputerLossBundlesAtBlock", request =>
            read.Answer(request.TopicId, (topic, _) => Settled(
                topic, request.BlockHeight,
                settled => new GetReputerLossBundlesAtBlockResponse { LossBundles = { settled.Bundles } })));
        table.Add<GetNetworkLossBundleAtBlockRequest>("GetNetworkLossBundleAtBlock", request =>
            read.Answer(request.TopicId, (topic, _) => Settled(
                topic, request.BlockHeight,
                settled => new GetNetworkLossBundleAtBlockResponse { LossBundle = settled.Network })));

        // Paid in the block that settles it, so that none ever waits.
        table.Add<GetTopicRewardNonceRequest>("GetTopicRewardNonce", request =>
            read.Topic(request.TopicId, _ => new GetTopicRewardNonceResponse()));
    }

    private static QueryAnswer Settled(TopicState topic, long nonce, Func<SettledNonce, IMessage> answer) =>
        topic.Losses.Settled.TryGetValue(nonce, out var settled)
            ? new(answer(settled))
            : QueryAnswer.Failed(GrpcCode.NotFound, $"no losses of topic {topic.Id}, nonce {nonce}: not found");

    private static void AddScores(QueryTable table, TopicReader read)
    {
        table.Add<GetWorkerInferenceScoresAtBlockRequest>("GetWorkerInferenceScoresAtBlock", request =>
            read.Topic(request.TopicId, topic => new GetWorkerInferenceScoresAtBlockResponse
            {
                Scores = EmissionsForms.Scores(
                    topic, request.BlockHeight, At(topic, request.BlockHeight)?.Inferers),
            }));
        table.Add<GetWorkerForecastScoresAtBlockRequest>("GetWorkerForecastScoresAtBlock", request =>
            read.Topic(request.TopicId, topic => new GetWorkerForecastScoresAtBlockResponse
            {
                Scores = EmissionsForms.Scores(
                    topic, request.BlockHeight, At(topic, request.BlockHeight)?.Forecasters),
            }));
        table.Add<GetReputersScoresAtBlockRequest>("GetReputersScoresAtBlock", request =>
            read.Topic(request.TopicId, topic => new GetReputersScoresAtBlockResponse
            {
                Scores = EmissionsForms.Scores(
                    topic, request.BlockHeight, At(topic, request.BlockHeight)?.Reputers),
            }));
    }

    private static NonceScores? At(TopicState topic, long nonce) =>
        topic.Losses.Settled.GetValueOrDefault(nonce)?.Scores;

    private static void AddAverages(QueryTable table, TopicReader read)
    {
        table.Add<GetInfererScoreEmaRequest>("GetInfererScoreEma", request =>
            read.Actor(request.TopicId, request.Inferer, (topic, _) => new GetInfererScoreEmaResponse
            {
                Score = Average(topic, topic.Scores, request.Inferer),
            }));
        table.Add<GetForecasterScoreEmaRequest>("GetForecasterScoreEma", request =>
            read.Actor(request.TopicId, request.Forecaster, (topic, _) => new GetForecasterScoreEmaResponse
            {
                Score = Average(topic, topic.ForecasterScores, request.Forecaster),
            }));
        table.Add<GetReputerScoreEmaRequest>("GetReputerScoreEma", request =>
            read.Actor(request.TopicId, request.Reputer, (topic, _) => new GetReputerScoreEmaResponse
            {
                Score = Average(topic, topic.Losses.Scores, request.Reputer),
            }));
    }

    /// <summary>Null for an actor who never had a score.</summary>
    private static Score? Average(TopicState topic, Dictionary<string, ScoreEma> averages, string actor) =>
        averages.TryGetValue(actor, out var average)
            ? EmissionsForms.Score(topic, actor, average.UpdatedAt, average.Score)
            : null;
}
