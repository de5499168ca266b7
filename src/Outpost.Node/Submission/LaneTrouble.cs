using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Node.Blocks;
using Outpost.Node.Duties;

namespace Outpost.Node.Submission;

/// <summary>Puts into words why a ticket ended in no block: its last obstacle, or what time alone did.</summary>
internal static class LaneTrouble
{
    /// <summary>A shorter halt is a slow block, and not why a window was missed.</summary>
    private static readonly TimeSpan StillAtLeast = TimeSpan.FromSeconds(30);

    public static LaneAnswer.NotIncluded Of(Ticket ticket, BlockClock clock)
    {
        var story = Story(ticket);
        if (ticket.Request.Earlier is { IsKnownSent: false } earlier
            && ticket.Arrival.Head >= ticket.Request.TimeoutHeight)
        {
            return new LaneAnswer.NotIncluded(Reason.Interrupted,
                $"an earlier run signed {earlier.Transaction.Hash}, which no node is known to have taken, and the "
                + "window was over when this run began");
        }

        if (ticket.Obstacle is { } obstacle)
        {
            return obstacle with { Detail = story.Length == 0 ? obstacle.Detail : $"{story}; then {obstacle.Detail}" };
        }

        var still = clock.LongestStandstill(ticket.Arrival.At);
        if (still >= StillAtLeast)
        {
            return new LaneAnswer.NotIncluded(Reason.ChainHalted,
                $"no block came for {still.TotalSeconds:0} s{(story.Length == 0 ? "" : $"; {story}")}");
        }

        return new LaneAnswer.NotIncluded(Reason.WindowClosed, story.Length == 0
            ? "the window closed while the answer waited for its turn"
            : $"{story}, and no block took it");
    }

    /// <summary>What a refusal stands for, in words that name who has to act.</summary>
    /// <param name="feeUallo">What was offered: only where the user allows no more is that why it was missed.</param>
    public static LaneAnswer.NotIncluded Of(
        Refusal refusal, string detail, LaneOptions options, BigInteger feeUallo) => new(
        refusal is Refusal.FeeTooLow && (options.GasPriceUallo is not null || feeUallo >= options.MaxFeeUallo)
            ? Reason.FeeAboveCap
            : RefusalPolicy.Of(refusal).Reason,
        refusal switch
        {
            Refusal.NoAllowance => $"the fee granter {options.FeeGranter} does not pay for this account: {detail}",
            Refusal.OutOfFunds when options.FeeGranter is { } granter =>
                $"the fee granter {granter}, or the account itself, lacks funds: {detail}",
            _ => detail,
        },
        refusal);

    public static LaneAnswer.NotIncluded NoAccount(string address, string chainId) => new(
        Reason.OutOfFunds, $"the account {address} does not exist on {chainId} yet: send it uallo",
        Refusal.UnknownAccount);

    /// <summary>The nodes expect a higher number than this, which no bytes of this node hold.</summary>
    public static LaneAnswer.NotIncluded NumberTaken(ulong number, string detail) => new(
        Reason.SubmittedElsewhere,
        $"another process with this key has bytes under sequence {number}: {detail}", Refusal.WrongSequence);

    private static string Story(Ticket ticket)
    {
        if (ticket.Attempt is not { } attempt || !ticket.MayBeOut)
        {
            return "";
        }

        var lost = ticket.Losses switch
        {
            0 => "",
            1 => ", lost once by the nodes' mempools and sent again",
            var many => $", lost {many} times by the nodes' mempools and sent again",
        };
        return $"sent as {attempt.Transaction.Hash}{lost}";
    }
}
