using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// Closes a reputer nonce (x/emissions/module/rewards): the network's losses by stake, regrets, scores, and what is
/// paid for them. A bundle that lacks a loss which the network inference asks for does not count.
/// </summary>
internal sealed class Settlement(EmissionsModule module)
{
    private const int KeptNonces = 64;

    /// <summary>Topic.alpha_regret and merit_sortition_alpha of all topics here.</summary>
    private const decimal Alpha = 0.1m;

    public void Settle(TopicState topic, long nonce, long height, AccountBook book, List<Event> events)
    {
        topic.Losses.Open.Remove(nonce, out var bundles);
        var asked = topic.Closed[nonce].Network;
        var keys = LossTable.Asked(asked);
        var said = new SortedDictionary<string, IReadOnlyDictionary<LossKey, ExactDecimal>>(StringComparer.Ordinal);
        foreach (var (reputer, bundle) in bundles ?? [])
        {
            var table = LossTable.Read(bundle);
            if (keys.All(table.ContainsKey))
            {
                said.Add(reputer, table);
            }
        }

        if (said.Count == 0)
        {
            return;
        }

        var stakes = said.Keys.ToDictionary(reputer => reputer, topic.Losses.Stakes.GetValueOrDefault);
        var losses = Agreed(keys, said, stakes);
        var scores = Scoring.Of(asked, losses, said);
        var network = LossTable.Write(topic.Id, nonce, NetworkInference.NoReputer,
            keys.Select(key => (key, losses[key].ToCanonicalText())));
        var settled = topic.Losses.Settled.SetItem(nonce, new(
            [.. said.Keys.Select(reputer => LossTable.Stored(bundles![reputer]))], network, scores));
        topic.Losses.Settled = settled.Count > KeptNonces ? settled.Remove(settled.Keys.First()) : settled;
        Learn(topic.Losses, losses);
        events.Add(Emit.Typed(
            module.EventName("EventNetworkLossSet"),
            ("topic_id", Emit.Number(topic.Id)), ("nonce", Emit.Number(nonce)), ("bundle", BundleJson.Of(network))));
        events.Add(Emit.Typed(
            module.EventName("EventReputerLastCommitSet"),
            ("topic_id", Emit.Number(topic.Id)), ("block_height", Emit.Number(height)),
            ("nonce", new JsonObject { ["block_height"] = Emit.Number(nonce) })));
        Average(ActorRole.Inferer, topic, nonce, scores.Inferers, topic.Scores, events);
        Average(ActorRole.Forecaster, topic, nonce, scores.Forecasters, topic.ForecasterScores, events);
        Average(ActorRole.Reputer, topic, nonce, scores.Reputers, topic.Losses.Scores, events);
        new Rewards(module, topic, nonce, height).Pay(scores, stakes, book, events);
    }

    /// <summary>The mean of each loss by stake.</summary>
    private static Dictionary<LossKey, ExactDecimal> Agreed(
        IReadOnlyList<LossKey> keys, SortedDictionary<string, IReadOnlyDictionary<LossKey, ExactDecimal>> said,
        Dictionary<string, BigInteger> stakes)
    {
        var sum = said.Keys.Aggregate(BigInteger.Zero, (total, reputer) => total + stakes[reputer]);
        var (divisor, isStaked) = sum.IsZero ? (said.Count, false) : (sum, true);
        return keys.ToDictionary(key => key, key => ExactDecimal.WeightedMean(
            [.. said.Select(of => (isStaked ? stakes[of.Key] : BigInteger.One, of.Value[key]))], divisor));
    }

    private static void Learn(TopicLosses past, Dictionary<LossKey, ExactDecimal> losses)
    {
        var network = losses[new(LossField.Combined)].Clamped();

        // A naive inference before the first loss is a 0 that nobody meant.
        var naive = past.Network is null ? network : losses[new(LossField.Naive)].Clamped();
        foreach (var (key, loss) in losses)
        {
            switch (key.Field)
            {
                case LossField.Inferer:
                    Move(past.InfererRegrets, key.Worker, network - loss.Clamped());
                    Move(past.NaiveRegrets, key.Worker, naive - loss.Clamped());
                    break;
                case LossField.Forecaster:
                    Move(past.ForecasterRegrets, key.Worker, network - loss.Clamped());
                    break;
            }
        }

        past.Network = network;
        past.InitialRegret = Curves.InitialRegret(past.InfererRegrets.Values);

        void Move(Dictionary<string, decimal> regrets, string worker, decimal regret) =>
            regrets[worker] = (Alpha * regret) + ((1 - Alpha) * regrets.GetValueOrDefault(worker, past.InitialRegret));
    }

    private void Average(
        ActorRole role, TopicState topic, long nonce, IReadOnlyDictionary<string, decimal> scores,
        Dictionary<string, ScoreEma> averages, List<Event> events)
    {
        if (scores.Count == 0)
        {
            return;
        }

        foreach (var (actor, score) in scores)
        {
            averages[actor] = averages.TryGetValue(actor, out var before)
                ? new((Alpha * score) + ((1 - Alpha) * before.Score), Math.Max(nonce, before.UpdatedAt))
                : new(score, nonce);
        }

        events.Add(Event("EventScoresSet", actor => scores[actor]));
        var average = Event("EventEMAScoresSet", actor => averages[actor].Score);
        events.Add(average);

        Event Event(string name, Func<string, decimal> value) => Emit.Typed(
            module.EventName(name),
            ("actor_type", ActorTypes.NameOf(role)), ("topic_id", Emit.Number(topic.Id)),
            ("block_height", Emit.Number(nonce)), ("addresses", Emit.List(scores.Keys)),
            ("scores", Emit.List(scores.Keys.Select(actor => value(actor).ToString(CultureInfo.InvariantCulture)))),
            ("is_active", new JsonArray([.. scores.Select(_ => (JsonNode)true)])));
    }
}
