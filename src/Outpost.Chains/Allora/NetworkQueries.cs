using Outpost.Chains.Wire;
using Outpost.Chains.Wire.Emissions.Query;
using V3 = Outpost.Chains.Wire.Emissions.V3;
using V9 = Outpost.Chains.Wire.Emissions.QueryV9;

namespace Outpost.Chains.Allora;

/// <summary>What the network made of a nonce: its inferences, its losses, everybody's scores.</summary>
public sealed class NetworkQueries
{
    private readonly AlloraClient _allora;

    internal NetworkQueries(AlloraClient allora) => _allora = allora;

    /// <summary>
    /// The network's inferences at a nonce, which a reputer holds against the truth; null when the nonce has none: its
    /// window is still open, nobody answered, or the chain has forgotten it.
    /// </summary>
    public Task<NetworkInferences?> InferencesAsync(
        TopicId topic, Height nonce, CancellationToken cancellationToken)
    {
        const string Method = "GetNetworkInferencesAtBlock";
        var request = new GetNetworkInferencesAtBlockRequest
        {
            TopicId = topic.Value,
            BlockHeightLastInference = nonce.Value,
        };
        return FoundAsync(() => _allora.AskAsync(
            async version =>
            {
                if (version < EmissionsVersion.V10)
                {
                    var older = await _allora.AskAsync(
                        version, Method, request, V9.GetNetworkInferencesAtBlockResponse.Parser, cancellationToken);
                    return NetworkInferences.Read(topic, nonce, older.NetworkInferences, Method);
                }

                var reply = await _allora.AskAsync(
                    version, Method, request, GetNetworkInferencesAtBlockResponse.Parser, cancellationToken);
                return NetworkInferences.Read(topic, nonce, reply.NetworkInferences, Method);
            },
            cancellationToken));
    }

    /// <summary>The newest that the topic has; null when it never had one.</summary>
    public Task<NetworkInferences?> LatestInferencesAsync(TopicId topic, CancellationToken cancellationToken)
    {
        const string Method = "GetLatestNetworkInferences";
        var request = new GetLatestNetworkInferencesRequest { TopicId = topic.Value };
        return FoundAsync(() => _allora.AskAsync(
            async version =>
            {
                if (version < EmissionsVersion.V10)
                {
                    var older = await _allora.AskAsync(
                        version, Method, request, V9.GetLatestNetworkInferencesResponse.Parser, cancellationToken);
                    return NetworkInferences.Read(
                        topic, new Height(older.InferenceBlockHeight), older.NetworkInferences, Method);
                }

                var reply = await _allora.AskAsync(
                    version, Method, request, GetLatestNetworkInferencesResponse.Parser, cancellationToken);
                return NetworkInferences.Read(
                    topic, new Height(reply.InferenceBlockHeight), reply.NetworkInferences, Method);
            },
            cancellationToken));
    }

    /// <summary>The stake-weighted losses of a settled nonce; null before that, or without a reputer.</summary>
    public Task<ValueBundle<DecimalText>?> LossesAsync(
        TopicId topic, Height nonce, CancellationToken cancellationToken)
    {
        const string Method = "GetNetworkLossBundleAtBlock";
        var request = new GetNetworkLossBundleAtBlockRequest { TopicId = topic.Value, BlockHeight = nonce.Value };
        return FoundAsync(async () =>
        {
            var reply = await _allora.AskAsync(
                Method, request, GetNetworkLossBundleAtBlockResponse.Parser, cancellationToken);
            return reply.LossBundle is { CombinedValue.Length: > 0 } bundle ? WireValues.Read(bundle, Method) : null;
        });
    }

    /// <summary>Whether the forecast of this worker is stored under the nonce; known once its window closed.</summary>
    public async Task<bool> HasForecastAsync(
        TopicId topic, Height nonce, string address, CancellationToken cancellationToken)
    {
        var request = new GetForecastsAtBlockRequest { TopicId = topic.Value, BlockHeight = nonce.Value };
        var reply = await FoundAsync(async () => (GetForecastsAtBlockResponse?)await _allora.AskAsync(
            "GetForecastsAtBlock", request, GetForecastsAtBlockResponse.Parser, cancellationToken));
        return reply?.Forecasts?.Forecasts_.Any(forecast => forecast.Forecaster == address) == true;
    }

    /// <summary>Everybody's score at a settled nonce, by address; empty before that.</summary>
    public async Task<IReadOnlyList<Score>> ScoresAsync(
        ActorRole role, TopicId topic, Height nonce, CancellationToken cancellationToken)
    {
        var (id, block) = (topic.Value, nonce.Value);
        var scores = await FoundAsync<V3.Scores>(async () => role switch
        {
            ActorRole.Inferer => (await _allora.AskAsync(
                "GetWorkerInferenceScoresAtBlock",
                new GetWorkerInferenceScoresAtBlockRequest { TopicId = id, BlockHeight = block },
                GetWorkerInferenceScoresAtBlockResponse.Parser, cancellationToken)).Scores,
            ActorRole.Forecaster => (await _allora.AskAsync(
                "GetWorkerForecastScoresAtBlock",
                new GetWorkerForecastScoresAtBlockRequest { TopicId = id, BlockHeight = block },
                GetWorkerForecastScoresAtBlockResponse.Parser, cancellationToken)).Scores,
            _ => (await _allora.AskAsync(
                "GetReputersScoresAtBlock",
                new GetReputersScoresAtBlockRequest { TopicId = id, BlockHeight = block },
                GetReputersScoresAtBlockResponse.Parser, cancellationToken)).Scores,
        });
        return [.. (scores?.Scores_ ?? []).Select(Read).OrderBy(score => score.Actor, StringComparer.Ordinal)];
    }

    /// <summary>The moving average of one actor's scores; null when it has none.</summary>
    public async Task<Score?> ScoreAverageAsync(
        ActorRole role, TopicId topic, string address, CancellationToken cancellationToken)
    {
        var id = topic.Value;
        var score = await FoundAsync<V3.Score>(async () => role switch
        {
            ActorRole.Inferer => (await _allora.AskAsync(
                "GetInfererScoreEma", new GetInfererScoreEmaRequest { TopicId = id, Inferer = address },
                GetInfererScoreEmaResponse.Parser, cancellationToken)).Score,
            ActorRole.Forecaster => (await _allora.AskAsync(
                "GetForecasterScoreEma", new GetForecasterScoreEmaRequest { TopicId = id, Forecaster = address },
                GetForecasterScoreEmaResponse.Parser, cancellationToken)).Score,
            _ => (await _allora.AskAsync(
                "GetReputerScoreEma", new GetReputerScoreEmaRequest { TopicId = id, Reputer = address },
                GetReputerScoreEmaResponse.Parser, cancellationToken)).Score,
        });
        return score is { Address.Length: > 0 } ? Read(score) : null;
    }

    /// <summary>The settled nonce whose work is still to be paid; null when there is none.</summary>
    public async Task<Height?> RewardNonceAsync(TopicId topic, CancellationToken cancellationToken)
    {
        var request = new GetTopicRewardNonceRequest { TopicId = topic.Value };
        var reply = await _allora.AskAsync(
            "GetTopicRewardNonce", request, GetTopicRewardNonceResponse.Parser, cancellationToken);
        return reply.Nonce == 0 ? null : new Height(reply.Nonce);
    }

    private static Score Read(V3.Score score) =>
        new(score.Address, new Height(score.BlockHeight), WireValues.Number(score.Score_, "scores"));

    private static async Task<T?> FoundAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (ChainException e) when (Refusals.SaysNotFound(e))
        {
            return null;
        }
    }
}
