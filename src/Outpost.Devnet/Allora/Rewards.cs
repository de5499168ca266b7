using System.Globalization;
using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Allora;

/// <summary>
/// Pays for one settled nonce: every role the same, within a role by score, reputers by score times stake. Whole
/// uallo, to the owners.
/// </summary>
internal sealed class Rewards(EmissionsModule module, TopicState topic, long nonce, long height)
{
    private const decimal ShareUnit = 1_000_000_000_000_000m;

    public void Pay(
        NonceScores scores, Dictionary<string, BigInteger> stakes, AccountBook book, List<Event> events)
    {
        var roles = new[] { scores.Inferers, scores.Forecasters, scores.Reputers }.Count(role => role.Count > 0);
        var pot = topic.Options.RewardUallo / roles;
        Pay(ActorRole.Inferer, pot, ByScore(scores.Inferers), topic.Workers);
        Pay(ActorRole.Forecaster, pot, ByScore(scores.Forecasters), topic.Workers);
        Pay(ActorRole.Reputer, pot,
            [.. scores.Reputers.Select(of => (of.Key, stakes[of.Key] * new BigInteger(of.Value * ShareUnit)))],
            topic.Reputers);

        void Pay(
            ActorRole role, BigInteger pot, IReadOnlyList<(string Actor, BigInteger Share)> shares,
            SortedDictionary<string, string> owners)
        {
            var whole = shares.Aggregate(BigInteger.Zero, (sum, of) => sum + of.Share);
            if (whole.IsZero)
            {
                return;
            }

            var amounts = shares.Select(of => pot * of.Share / whole).ToArray();
            foreach (var ((actor, _), amount) in shares.Zip(amounts))
            {
                var owner = owners.GetValueOrDefault(actor, actor);
                book.Credit(owner, amount);
                events.Add(Emit.Plain("coin_received", ("receiver", owner), ("amount", $"{amount}uallo")));
            }

            events.Add(Emit.Typed(
                module.EventName("EventRewardsSettled"),
                ("actor_type", ActorTypes.NameOf(role)), ("topic_id", Emit.Number(topic.Id)),
                ("block_height", Emit.Number(nonce)), ("addresses", Emit.List(shares.Select(of => of.Actor))),
                ("rewards", Emit.List(amounts.Select(amount => amount.ToString(CultureInfo.InvariantCulture)))),
                ("block_height_tx", Emit.Number(height))));
        }
    }

    private static (string Actor, BigInteger Share)[] ByScore(IReadOnlyDictionary<string, decimal> scores)
    {
        if (scores.Count == 0)
        {
            return [];
        }

        var shares = Curves.Shares([.. scores.Values]);
        return [.. scores.Select((of, index) => (of.Key, new BigInteger(shares[index] * ShareUnit)))];
    }
}
