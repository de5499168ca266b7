using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Node.Blocks;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>What the lane needs of the rooms around it.</summary>
public sealed record LaneSurroundings(
    CosmosClient Cosmos, DutyJournal Journal, BlockClock Clock, TimeProvider Time, ILogger<SubmissionLane> Logger);

/// <summary>
/// The one owner of an account: signs, numbers, pays and sends its transactions, one after the other. Bytes are in the
/// journal before they leave, and bytes that may have left are sent again unchanged until the chain has them or a
/// block proves that it never will. What fails is tried again until the request's own last block.
/// </summary>
public sealed partial class SubmissionLane(LaneOptions options, AccountKey key, LaneSurroundings around)
{
    /// <summary>Signed and journaled together: one fsync for a block in which many topics open.</summary>
    private const int BatchSize = 32;

    /// <summary>Wrong numbers of one ticket that are corrected without a pause.</summary>
    private const int QuickRenumberings = 3;

    private readonly TicketQueue _queue = new(around.Time);
    private readonly Sequence _sequence = new();
    private readonly FeeQuotes _fees = new(options, around.Cosmos, around.Time);
    private readonly ILogger<SubmissionLane> _logger = around.Logger;
    private Account? _account;

    /// <summary>What transactions were seen to use; whoever sees a block's result teaches it.</summary>
    public GasBook Gas { get; } = new(options.GasAdjustment);

    /// <summary>Half a block: often enough to meet the next one, seldom enough not to hammer.</summary>
    private TimeSpan Pause => around.Clock.BlockTime / 2;

    /// <summary>
    /// Hands a request over and waits until it is sent or cannot be. On <paramref name="stop"/> it throws; bytes
    /// that have left stand in the journal.
    /// </summary>
    public async Task<LaneAnswer> SendAsync(LaneRequest request, CancellationToken stop)
    {
        if (!options.Submits)
        {
            return new LaneAnswer.NotSent(Reason.DryRun, "the answer was computed and not sent");
        }

        var ticket = new Ticket(request, around.Clock.Reached(request.TimeoutHeight));
        await _queue.AddAsync(ticket, stop);
        return await ticket.Answer.WaitAsync(stop);
    }

    /// <summary>A block, or its absence until the last one, has told what became of a sent transaction.</summary>
    public void Settle(Attempt attempt, bool included) => _sequence.Settle(attempt.Sequence, included);

    /// <summary>
    /// The lane's single loop. On stop it finishes the broadcast at hand and leaves the rest unanswered.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await StepAsync(await _queue.DueAsync(stop), stop);
        }
    }

    /// <summary>Sends as many of the due tickets as it can.</summary>
    private async Task StepAsync(List<Ticket> due, CancellationToken stop)
    {
        try
        {
            if (due.Find(ticket => ticket.Unresolved is not null) is { } doubtful)
            {
                await SendAgainAsync(doubtful, stop);
            }
            else if (await LoadAccountAsync(due, stop))
            {
                await SendBatchAsync(await SignBatchAsync(due, stop));
            }
        }
        catch (ChainException fault)
        {
            // No endpoint helped: that is everybody's obstacle.
            ChainFailed(fault.Message);
            var obstacle = new LaneAnswer.NotSent(Reason.ChainUnreachable, fault.Message);
            due.ForEach(ticket => Hinder(ticket, obstacle, Pause));
        }
    }

    private async Task<bool> LoadAccountAsync(List<Ticket> due, CancellationToken stop)
    {
        if (_account is not null && _sequence.Next is not null)
        {
            return true;
        }

        _account = await around.Cosmos.AccountAsync(key.Address, stop);
        if (_account is null)
        {
            var obstacle = new LaneAnswer.NotSent(Reason.OutOfFunds,
                $"the account {key.Address} does not exist on {around.Cosmos.ChainId} yet: send it uallo");
            due.ForEach(ticket => Hinder(ticket, obstacle, Pause));
            return false;
        }

        _sequence.Load(_account.Sequence);
        return true;
    }

    private async Task<List<(Ticket Ticket, Attempt Attempt)>> SignBatchAsync(
        List<Ticket> due, CancellationToken stop)
    {
        var batch = new List<(Ticket, Attempt)>();
        var sequence = _sequence.Next!.Value;
        foreach (var ticket in due.Take(BatchSize))
        {
            var context = new SigningContext(around.Cosmos.ChainId, _account!.Number, sequence);
            if (Gas.LimitFor(ticket.MessageType) is null && batch.Count > 0)
            {
                break; // A simulation needs the sequence that the node expects now.
            }

            if (await DraftAsync(ticket, context, stop) is not { } draft)
            {
                continue;
            }

            batch.Add((ticket, new Attempt(
                ticket.Request.Duty, Transaction.Sign(draft, context, key), sequence, draft.Fee.AmountUallo,
                draft.Fee.GasLimit, ticket.Request.TimeoutHeight)));
            sequence = _sequence.After(sequence);
        }

        return batch;
    }

    /// <summary>Null when gas or fee stand in the way; the ticket then knows what.</summary>
    private async Task<TransactionDraft?> DraftAsync(Ticket ticket, SigningContext context, CancellationToken stop)
    {
        var draft = new TransactionDraft(
            [ticket.Request.Message], new Fee(0, 0, options.FeeGranter), ticket.Request.TimeoutHeight);
        try
        {
            if (Gas.LimitFor(ticket.MessageType) is null)
            {
                Gas.Learn(ticket.MessageType,
                    await around.Cosmos.SimulateAsync(Transaction.ForSimulation(draft, context, key), stop));
            }
        }
        catch (ChainException fault) when (!fault.IsTransient)
        {
            Judge(ticket, Refusals.Classify(fault.Codespace, fault.Code, fault.Log), fault.Message);
            return null;
        }

        var (fee, isUnderCap) = await _fees.QuoteAsync(Gas.LimitFor(ticket.MessageType)!.Value, stop);
        if (!isUnderCap)
        {
            _fees.Forget();
            Hinder(ticket, new LaneAnswer.NotSent(Reason.FeeAboveCap,
                $"the fee would be {fee.AmountUallo} uallo and the cap is {options.MaxFeeUallo}"), Pause);
            return null;
        }

        return draft with { Fee = fee };
    }

    private async Task SendBatchAsync(List<(Ticket Ticket, Attempt Attempt)> batch)
    {
        around.Journal.RecordAttempts([.. batch.Select(item => item.Attempt)]);
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Ticket.Unresolved = batch[i].Attempt;
            if (!await BroadcastAsync(batch[i].Ticket, batch[i].Attempt, isFirst: true))
            {
                // The numbers behind this one cannot be taken now: what was signed with them never leaves.
                foreach (var (_, attempt) in batch.Skip(i + 1))
                {
                    around.Journal.RecordAbandoned(attempt.Transaction.Hash);
                }

                return;
            }
        }
    }

    /// <summary>True when a node took it. A stop does not cut a broadcast short: its reply is worth the wait.</summary>
    private async Task<bool> BroadcastAsync(Ticket ticket, Attempt attempt, bool isFirst)
    {
        var check = await around.Cosmos.BroadcastAsync(attempt.Transaction, CancellationToken.None);
        var refusal = Refusals.Classify(check.Codespace, check.Code, check.Log);
        if (refusal is Refusal.None or Refusal.AlreadyInMempool)
        {
            around.Journal.RecordSent(attempt.Transaction.Hash, check.Endpoint);
            _sequence.Taken(attempt.Sequence);
            ticket.Sent(attempt);
            return true;
        }

        Refused(attempt.Transaction.Hash, check.Codespace, check.Code, check.Log);
        if (check.IsUnanimous && (isFirst || refusal != Refusal.WrongSequence))
        {
            // Every node refused it and none had it before: nothing of these bytes is on its way.
            ticket.Unresolved = null;
            around.Journal.RecordAbandoned(attempt.Transaction.Hash);
        }

        Judge(ticket, refusal, $"{check.Codespace} {check.Code}: {check.Log}");
        if (refusal == Refusal.WrongSequence && Refusals.ExpectedSequence(check.Log) is { } expected)
        {
            _sequence.Expect(expected);
        }

        return false;
    }

    /// <summary>Bytes that may have left go out unchanged, unless the chain has moved past their number.</summary>
    private async Task SendAgainAsync(Ticket ticket, CancellationToken stop)
    {
        var attempt = ticket.Unresolved!;
        if (await around.Cosmos.FindAsync(attempt.Transaction.Hash, stop) is not null)
        {
            ticket.Sent(attempt);
            return;
        }

        _account = await around.Cosmos.AccountAsync(key.Address, stop);
        if (_account is null || _account.Sequence <= attempt.Sequence)
        {
            await BroadcastAsync(ticket, attempt, isFirst: false);
            return;
        }

        // Another transaction took its number, or it is in a block that is not indexed yet: a block later we know.
        await around.Clock.NextBlockAsync(stop);
        if (await around.Cosmos.FindAsync(attempt.Transaction.Hash, stop) is not null)
        {
            ticket.Sent(attempt);
            return;
        }

        around.Journal.RecordAbandoned(attempt.Transaction.Hash);
        ticket.Unresolved = null;
        _sequence.Doubt();
    }

    /// <summary>Answers for good, or mends the cause and lets the ticket wait for another try.</summary>
    private void Judge(Ticket ticket, Refusal refusal, string detail)
    {
        switch (refusal)
        {
            case Refusal.WrongSequence:
                _sequence.Doubt();
                break;
            case Refusal.FeeTooLow:
                _fees.Forget();
                break;
            case Refusal.OutOfGas:
                Gas.Forget(ticket.MessageType);
                break;
            case Refusal.BadSignature or Refusal.UnknownAccount:
                _account = null;
                break;
        }

        var (reason, isFinal) = RefusalPolicy.Of(refusal);
        if (isFinal)
        {
            ticket.Refuse(new LaneAnswer.NotSent(reason, detail, refusal));
        }
        else
        {
            // A new number is at hand at once; one that is refused again and again is waited for like all else.
            var isMended = refusal == Refusal.WrongSequence && ticket.Unresolved is null
                && ++ticket.WrongSequences <= QuickRenumberings;
            Hinder(ticket, new LaneAnswer.NotSent(reason, detail, refusal), isMended ? TimeSpan.Zero : Pause);
        }
    }

    private void Hinder(Ticket ticket, LaneAnswer.NotSent obstacle, TimeSpan pause) => ticket.Hinder(
        obstacle, around.Time.GetTimestamp() + (long)(pause.TotalSeconds * around.Time.TimestampFrequency));

    [LoggerMessage(Level = LogLevel.Debug, Message = "The chain refused {Hash}: {Codespace} {Code}: {Log}")]
    private partial void Refused(string hash, string codespace, uint code, string log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sending has to wait: {Detail}")]
    private partial void ChainFailed(string detail);
}
