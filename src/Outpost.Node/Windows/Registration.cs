using System.Numerics;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Submission;

namespace Outpost.Node.Windows;

/// <summary>Pays for what an account needs once in a topic: its registration, and a reputer's stake.</summary>
internal sealed class Registration(string address, string? feeGranter, ReadinessRooms rooms)
{
    /// <summary>A payment may wait this long for a block before it is sent anew.</summary>
    private const long PatienceBlocks = 20;

    /// <summary>Null when the account is registered now.</summary>
    public async Task<Readiness.Blocked?> RegisterAsync(
        TopicId topic, Func<EmissionsVersion, Any> message, CancellationToken stop) =>
        await PayAsync($"registering in topic {topic}", await rooms.Allora.RegistrationFeeAsync(stop), message, stop);

    /// <summary>Null when the stake is there now.</summary>
    public Task<Readiness.Blocked?> StakeAsync(TopicId topic, BigInteger amountUallo, CancellationToken stop) =>
        PayAsync($"staking in topic {topic}", amountUallo,
            version => ReputerMessages.AddStake(version, topic, amountUallo, address), stop);

    private async Task<Readiness.Blocked?> PayAsync(
        string what, BigInteger price, Func<EmissionsVersion, Any> message, CancellationToken stop)
    {
        var balance = await rooms.Cosmos.BalanceAsync(address, stop);
        rooms.Board.Balance(balance);
        if (balance < price || (balance == BigInteger.Zero && feeGranter is null))
        {
            return new Readiness.Blocked(
                $"{what} costs {price} uallo and a fee, {address} holds {balance}: "
                + "send it uallo; this node goes on by itself",
                Reason.OutOfFunds);
        }

        var answer = await rooms.Lane.SubmitAsync(new LaneRequest(
            message(await rooms.Allora.VersionAsync(stop)), rooms.Clock.Head + PatienceBlocks, Duty: null), stop);
        if (answer is not LaneAnswer.InBlock { Result: var result })
        {
            var missed = (LaneAnswer.NotIncluded)answer;
            return missed.Refusal == Refusal.AlreadyRegistered
                ? null
                : new Readiness.Blocked(
                    $"{what} failed ({missed.Reason.Code}): {missed.Detail}. {missed.Reason.Fix}", missed.Reason);
        }

        var refusal = Refusals.Classify(result.Codespace, result.Code, result.Log);
        return refusal is Refusal.None or Refusal.AlreadyRegistered
            ? null
            : new Readiness.Blocked(
                $"{what} was refused by the chain: {result.Codespace} {result.Code}: {result.Log}",
                RefusalPolicy.Of(refusal).Reason);
    }
}
