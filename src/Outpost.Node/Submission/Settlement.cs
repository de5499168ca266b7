using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>Takes note of what blocks, and the chain when asked, tell of the lane's tickets.</summary>
internal sealed class Settlement(
    List<Ticket> tickets, Flight flight, AccountWatch account, LaneStory story, Spending spending)
{
    /// <summary>The chain was asked for a ticket by name.</summary>
    public void Settle(Finding finding)
    {
        if (finding.Result is { } result)
        {
            Settle(result);
        }
        else
        {
            account.Judge(finding);
        }
    }

    /// <summary>A block holds it, with whatever code. What is nobody's, or not any more, changes nothing.</summary>
    public void Settle(TransactionResult result)
    {
        if (tickets.Find(ticket => !ticket.IsAnswered && ticket.Hashes.Contains(result.Hash)) is not { } ticket)
        {
            return;
        }

        flight.Remove(ticket);
        if (result.Code == 0)
        {
            flight.Passed(ticket.Number!.Value);
        }
        else
        {
            // What fails before its messages run leaves its number unused.
            flight.Doubt();
        }

        story.InBlock(ticket, result);
        ticket.End(new LaneAnswer.InBlock(result));
        Pay(ticket, result);
    }

    /// <summary>What failed before its messages ran has cost nothing; all else pays its fee.</summary>
    private void Pay(Ticket ticket, TransactionResult result)
    {
        if (ticket.Attempt is { } attempt && (result.Code == 0 || result.Codespace != "sdk"))
        {
            spending.Paid(attempt.FeeUallo);
        }
    }
}
