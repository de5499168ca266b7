using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>Turns a ticket into signed bytes: finds out the gas, chooses the fee, signs. Nothing leaves here.</summary>
internal sealed class Signer(LaneOptions options, AccountKey key, CosmosClient cosmos, TimeProvider time)
{
    private readonly FeeQuotes _fees = new(options, cosmos, time);

    /// <summary>What transactions were seen to use.</summary>
    public GasBook Gas { get; } = new(options.GasAdjustment);

    /// <summary>True when it has to be simulated, which a node does with the number that it expects next.</summary>
    public bool Simulates(Ticket ticket) =>
        ticket.IsSimulatedFirst || Gas.LimitFor(ticket.Message) is null;

    /// <summary>The price has moved: ask again before the next quote.</summary>
    public void ForgetPrice() => _fees.Forget();

    /// <summary>Signs it under this number for blocks up to the timeout; else says what is in the way.</summary>
    public async Task<LaneAnswer.NotIncluded?> SignAsync(
        Ticket ticket, Account account, ulong number, Height timeout, Height head, CancellationToken stop)
    {
        var context = new SigningContext(cosmos.ChainId, account.Number, number);
        var draft = new TransactionDraft([ticket.Message], new Fee(0, 0, options.FeeGranter), timeout);
        if (Simulates(ticket) && await SimulateAsync(ticket, draft, context, stop) is { } refused)
        {
            return refused;
        }

        var gas = Gas.LimitFor(ticket.Message)!.Value;
        var (fee, isUnderCap) = await _fees.QuoteAsync(gas, PlaceOf(ticket, head), stop);
        if (!isUnderCap)
        {
            _fees.Forget();
            return new LaneAnswer.NotIncluded(Reason.FeeAboveCap,
                $"the fee would be {fee} uallo and the cap is {options.MaxFeeUallo}");
        }

        draft = draft with { Fee = new Fee(fee, gas, options.FeeGranter) };
        ticket.Signed(new Attempt(
            ticket.Request.Duty, Transaction.Sign(draft, context, key), number, fee, gas, timeout));
        return null;
    }

    private async Task<LaneAnswer.NotIncluded?> SimulateAsync(
        Ticket ticket, TransactionDraft draft, SigningContext context, CancellationToken stop)
    {
        try
        {
            Gas.Learn(ticket.Message,
                await cosmos.SimulateAsync(Transaction.ForSimulation(draft, context, key), stop));
            ticket.IsSimulatedFirst = false;
            return null;
        }
        catch (ChainException fault) when (fault.Fault is ChainFault.Refused)
        {
            var refusal = Refusals.Classify(fault);

            // A block would refuse it as well, and charge for it: only another simulation shows that its time has come.
            ticket.IsSimulatedFirst |= refusal is Refusal.WindowNotOpen or Refusal.NonceNotFound;
            return refusal is Refusal.WrongSequence && Refusals.ExpectedSequence(fault.Log) > context.Sequence
                ? LaneTrouble.NumberTaken(context.Sequence, fault.Message)
                : new LaneAnswer.NotIncluded(RefusalPolicy.Of(refusal).Reason, fault.Message, refusal);
        }
    }

    private static WindowPlace PlaceOf(Ticket ticket, Height head)
    {
        var opened = ticket.Request.Duty?.Nonce ?? ticket.Arrival.Head;
        return new WindowPlace(ticket.Request.TimeoutHeight - opened, head - opened, ticket.FeeRefusals);
    }
}
