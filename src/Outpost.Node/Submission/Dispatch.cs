using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>
/// Sends a batch in the order of its numbers: on disk first, then handed over at once, then each reply judged. The only
/// place from which bytes leave.
/// </summary>
internal sealed partial class Dispatch(
    LaneOptions options, LaneSurroundings around, Flight flight, Signer signer, FundsWait funds, LaneStory story)
{
    private readonly ILogger<SubmissionLane> _logger = around.Logger;
    private LaneAnswer.NotIncluded? _forAll;
    private bool _hasMended;

    /// <summary>Wrong numbers and low fees of one ticket that are corrected without a pause.</summary>
    private const int QuickTries = 3;

    private sealed record Reply(CheckResult? Check, ChainException? Fault);

    /// <summary>
    /// The nodes' next number is what we think: the last bytes were taken. When it is not so, one goes ahead alone, so
    /// that a refusal does not make those behind it wrong.
    /// </summary>
    public bool IsSure { get; set; }

    /// <summary>The number that a node expects, beyond what is committed and ours: a block has to tell.</summary>
    public ulong? Foreseen { get; set; }

    /// <summary>What stands in the way of all that wait, told once; null: nothing new.</summary>
    public LaneAnswer.NotIncluded? TakeObstacle()
    {
        (var obstacle, _forAll) = (_forAll, null);
        return obstacle;
    }

    /// <summary>True, once, when something that could not be signed can be signed now.</summary>
    public bool TakeMended()
    {
        (var hasMended, _hasMended) = (_hasMended, false);
        return hasMended;
    }

    public async Task SendAsync(List<Ticket> batch)
    {
        if (!IsJournaled(batch))
        {
            return;
        }

        var isClean = batch.ConvertAll(ticket => !ticket.MayBeOut);
        var replies = new List<Task<Reply>>();
        foreach (var ticket in batch)
        {
            (ticket.MayBeOut, ticket.SentAt) = (true, around.Clock.Head);
            replies.Add(AskAsync(ticket.Attempt!.Transaction, ticket.IsKnownSent));
        }

        // A stop does not cut this short: the replies are worth the wait.
        await Task.WhenAll(replies);
        var isWhole = true;
        for (var i = 0; i < batch.Count; i++)
        {
            await JudgeAsync(batch[i], await replies[i], isClean[i], isWhole);
            isWhole &= batch[i].IsTaken;
            if (batch[i].Attempt is { } attempt)
            {
                flight.Used(attempt.Sequence);
            }
        }

        flight.Publish();
        IsSure = isWhole;
    }

    public GoneNames Gone { get; } = new();

    public TimeSpan Pause => around.Clock.BlockTime / 2;

    public void Hinder(Ticket ticket, LaneAnswer.NotIncluded obstacle, TimeSpan pause)
    {
        if (!ReferenceEquals(ticket.Obstacle, obstacle))
        {
            story.Hindered(ticket, obstacle);
        }

        Hold(ticket, obstacle, pause);
    }

    private void Hold(Ticket ticket, LaneAnswer.NotIncluded obstacle, TimeSpan pause)
    {
        if (ticket.Obstacle?.Detail != obstacle.Detail)
        {
            Hindered(ticket.Request.Duty?.ToString() ?? "registration", obstacle.Reason.Code, obstacle.Detail);
        }

        ticket.Hinder(
            obstacle, around.Time.GetTimestamp() + (long)(pause.TotalSeconds * around.Time.TimestampFrequency));
    }

    /// <summary>It could not be signed: no bytes of it are there.</summary>
    public async Task UnsignableAsync(Ticket ticket, LaneAnswer.NotIncluded obstacle)
    {
        await MendAsync(ticket, obstacle);
        if (obstacle.Refusal != Refusal.None && IsFinal(ticket, obstacle.Refusal))
        {
            flight.Remove(ticket);
            ticket.End(obstacle);
            return;
        }

        _hasMended |= ticket.IsRenewed;
        Hinder(ticket, obstacle, ticket.IsRenewed ? TimeSpan.Zero : Pause);
        ticket.IsRenewed = false;
        _forAll ??= RefusalPolicy.IsForAll(obstacle.Refusal) || obstacle.Reason == Reason.FeeAboveCap ? obstacle : null;
    }

    /// <summary>Nothing leaves that is not on disk.</summary>
    private bool IsJournaled(List<Ticket> batch)
    {
        var fresh = batch.FindAll(ticket => !ticket.IsOnDisk);
        if (fresh.Count == 0)
        {
            return true;
        }

        try
        {
            around.Journal.RecordAttempts([.. fresh.Select(ticket => ticket.Attempt!)]);
            fresh.ForEach(ticket => ticket.IsOnDisk = true);
            return true;
        }
        catch (JournalException fault) when (fault.IsTransient)
        {
            fresh.ForEach(Withdraw);
            _forAll = new LaneAnswer.NotIncluded(Reason.JournalUnavailable, fault.Message);
            IsSure = false;
            return false;
        }
    }

    private async Task<Reply> AskAsync(SignedTransaction bytes, bool hearsAll)
    {
        try
        {
            return new Reply(await around.Cosmos.BroadcastAsync(bytes, hearsAll, CancellationToken.None), null);
        }
        catch (ChainException fault)
        {
            return new Reply(null, fault);
        }
    }

    /// <param name="isClean">These bytes had never left before.</param>
    /// <param name="isWhole">All those before it in the batch were taken.</param>
    private async Task JudgeAsync(Ticket ticket, Reply reply, bool isClean, bool isWhole)
    {
        if (reply.Check is not { } first)
        {
            var lost = new LaneAnswer.NotIncluded(Reason.ChainUnreachable, reply.Fault!.Message);
            Hinder(ticket, lost, Pause);
            _forAll ??= lost;
            return;
        }

        var attempt = ticket.Attempt!;
        var check = RefusalPolicy.Counting(first, ticket.IsKnownSent);
        var refusal = Refusals.Classify(check.Codespace, check.Code, check.Log);
        if (refusal is Refusal.None or Refusal.AlreadyInMempool)
        {
            var isLost = ticket.IsKnownSent && refusal is Refusal.None;
            ticket.Losses += isLost ? 1 : 0;
            story.Taken(ticket, check, isLost);
            ticket.Taken(around.Clock.Head);
            Sent(attempt.Transaction.Hash, attempt.Sequence, attempt.FeeUallo);
            funds.End();
            return;
        }

        Refused(attempt.Transaction.Hash, check.Codespace, check.Code, check.Log);
        story.Refused(ticket, check);
        if (refusal == Refusal.WrongSequence)
        {
            Renumber(ticket, check, isClean, isWhole);
            return;
        }

        var obstacle = ObstacleOf(refusal, check, attempt);
        await MendAsync(ticket, obstacle);
        if (check.IsUnanimous && isClean)
        {
            // Every node refused it and none had it before: nothing of these bytes is on its way.
            story.Abandoned(attempt, null);
            Withdraw(ticket);
            if (IsFinal(ticket, refusal))
            {
                ticket.End(obstacle);
                return;
            }
        }
        else if (check.IsUnanimous && !ticket.IsOrphan && RefusalPolicy.CondemnsBytes(refusal))
        {
            story.Abandoned(attempt, "nodes refuse it now, and none has it: others take its sequence");
            ticket.Replace();
        }

        var isMended = ticket.IsRenewed || (refusal is Refusal.FeeTooLow && ticket.FeeRefusals <= QuickTries
            && options.GasPriceUallo is null);
        ticket.IsRenewed = false;
        Hold(ticket, obstacle, isMended ? TimeSpan.Zero : Pause);
        _forAll ??= RefusalPolicy.IsForAll(refusal) && !isMended ? obstacle : null;
    }

    /// <summary>
    /// The nodes expect another number. Behind one that was refused that is nobody's fault; a higher one tells of bytes
    /// that are not ours, and what is committed has to be seen before anything else is signed.
    /// </summary>
    private void Renumber(Ticket ticket, CheckResult check, bool isClean, bool isWhole)
    {
        var number = ticket.Attempt!.Sequence;
        flight.Doubt();
        var obstacle = ObstacleOf(Refusal.WrongSequence, check, ticket.Attempt);
        if (isWhole && Refusals.ExpectedSequence(check.Log) is { } expected && expected > number)
        {
            Foreseen = expected;
            ticket.IsSimulatedFirst = true;
            if (ticket.Replaced.Count == 0)
            {
                obstacle = LaneTrouble.NumberTaken(number, obstacle.Detail);
            }
        }

        if (check.IsUnanimous && isClean)
        {
            story.Abandoned(ticket.Attempt, null);
            Withdraw(ticket);
        }

        var isQuick = ticket.Attempt is null && (!isWhole || ++ticket.WrongSequences <= QuickTries);
        Hold(ticket, obstacle, isQuick ? TimeSpan.Zero : Pause);
    }

    private LaneAnswer.NotIncluded ObstacleOf(Refusal refusal, CheckResult check, Attempt attempt) =>
        LaneTrouble.Of(refusal, $"{check.Codespace} {check.Code}: {check.Log}", options, attempt.FeeUallo);

    private async Task MendAsync(Ticket ticket, LaneAnswer.NotIncluded obstacle)
    {
        ticket.IsRefusalOpen = false;
        switch (obstacle.Refusal)
        {
            case Refusal.FeeTooLow:
                signer.ForgetPrice();
                ticket.FeeRefusals++;
                break;
            case Refusal.OutOfGas:
                signer.Gas.Forget(ticket.Message.TypeUrl);
                break;
            case Refusal.OutOfFunds or Refusal.NoAllowance:
                funds.Begin(obstacle, around.Clock.Head);
                break;
            case Refusal.BadSignature or Refusal.UnknownAccount or Refusal.WrongSequence:
                flight.Doubt();
                break;
            case Refusal.Undecodable:
                await Gone.RenewAsync(ticket);
                break;
        }
    }

    private static bool IsFinal(Ticket ticket, Refusal refusal) =>
        RefusalPolicy.Of(refusal).IsFinal && !ticket.IsRenewed && !ticket.IsRefusalOpen;

    /// <summary>Takes back bytes that never left.</summary>
    private void Withdraw(Ticket ticket)
    {
        if (ticket.Replaced.Count > 0)
        {
            ticket.Attempt = null;
            return;
        }

        flight.Remove(ticket);
        ticket.Unsign();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Sent as {Hash}, sequence {Sequence}, fee {FeeUallo} uallo")]
    private partial void Sent(string hash, ulong sequence, System.Numerics.BigInteger feeUallo);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The chain refused {Hash}: {Codespace} {Code}: {Log}")]
    private partial void Refused(string hash, string codespace, uint code, string log);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Duty} has to wait, {Reason}: {Detail}")]
    private partial void Hindered(string duty, string reason, string detail);
}
