using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Roles;

namespace Outpost.Node.Windows;

/// <summary>
/// Finds out what stands between an account and a reputer's part in a topic: topic, a loss method that can be computed,
/// whitelist, registration, stake. Registers and tops the stake up by itself; everything else is said in one line.
/// </summary>
/// <param name="minStakeUallo">As <see cref="TopicOptions.MinStakeUallo"/>.</param>
public sealed class ReputerReadiness(
    string address, string? feeGranter, BigInteger? minStakeUallo, LossSource losses, ReadinessRooms rooms)
{
    /// <summary>Nonces that are asked about after an absence, the newest ones.</summary>
    private const int MostPassed = 64;

    private readonly Registration _registration = new(address, feeGranter, rooms);

    /// <param name="seen">The nonces that were met.</param>
    /// <param name="since">Those that passed after this one are looked for; null: none.</param>
    public async Task<Readiness> CheckAsync(
        TopicId id, IReadOnlySet<long> seen, Height? since, CancellationToken stop)
    {
        try
        {
            return await FindOutAsync(id, seen, since, stop);
        }
        catch (ChainException fault)
        {
            return new Readiness.Unanswered($"the chain does not answer: {fault.Message}");
        }
    }

    private async Task<Readiness> FindOutAsync(
        TopicId id, IReadOnlySet<long> seen, Height? since, CancellationToken stop)
    {
        if (await rooms.Allora.TopicAsync(id, stop) is not { } topic)
        {
            return new Readiness.Blocked(
                $"topic {id} does not exist on {rooms.Cosmos.ChainId}: correct its id, or wait until it is created");
        }

        rooms.Board.Named(id, topic.Metadata);
        if (losses.ProblemWith(topic) is { } problem)
        {
            return new Readiness.Blocked(
                $"the losses of topic {id} cannot be computed: {problem}", Reason.NoLosses, topic);
        }

        var reputers = rooms.Allora.Reputers;
        if (!await reputers.MaySubmitAsync(id, address, stop))
        {
            return new Readiness.Blocked(
                $"{address} may not repute in topic {id}: ask the topic's creator to whitelist it; "
                + "this node goes on by itself",
                Reason.NotWhitelisted, topic);
        }

        var missing = await reputers.IsRegisteredAsync(id, address, stop)
            ? null
            : await _registration.RegisterAsync(
                id, version => ReputerMessages.Register(version, id, address), stop);
        missing ??= await TopUpAsync(id, stop);
        if (missing is not null)
        {
            return missing with { Topic = topic };
        }

        var open = await reputers.OpenAsync(topic, stop);
        var newest = topic.NewestPassed(rooms.Clock.Head);
        return new Readiness.ReadyToRepute(
            topic, open, await PassedAsync(topic, newest, seen, since ?? newest, stop), newest);
    }

    /// <summary>
    /// Nonces are an epoch apart. One without inferences never opened to reputers, nor did a block that is none, as
    /// when epochs had another length then: of these the chain has nothing.
    /// </summary>
    private async Task<IReadOnlyList<ReputerNonce>> PassedAsync(
        Topic topic, Height newest, IReadOnlySet<long> seen, Height since, CancellationToken stop)
    {
        var passed = new List<ReputerNonce>();
        var asked = 0;
        for (var nonce = newest; nonce > since && nonce.Value > 0 && asked < MostPassed;
            nonce += -topic.EpochLengthBlocks)
        {
            if (!seen.Contains(nonce.Value))
            {
                asked++;
                if (await rooms.Allora.Network.InferencesAsync(topic.Id, nonce, stop) is not null)
                {
                    passed.Insert(0, topic.ReputerWindowOf(nonce));
                }
            }
        }

        return passed;
    }

    /// <summary>Null when the stake is high enough now; exact in whole uallo.</summary>
    private async Task<Readiness.Blocked?> TopUpAsync(TopicId id, CancellationToken stop)
    {
        var taken = await rooms.Allora.Reputers.MinimumStakeAsync(stop);
        var least = BigInteger.Max(minStakeUallo ?? 0, taken);
        var stake = await rooms.Allora.Reputers.StakeAsync(id, address, stop);
        if (stake >= least)
        {
            return null;
        }

        return minStakeUallo is { IsZero: true }
            ? new Readiness.Blocked(
                $"{address} has a stake of {stake} uallo in topic {id}, and the chain takes losses from {taken} on: "
                + "stake by hand, or let this node do it with a reputer.minStakeUallo above 0",
                Reason.StakeTooLow)
            : await _registration.StakeAsync(id, least - stake, stop);
    }
}
