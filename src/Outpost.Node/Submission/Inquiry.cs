using Outpost.Chains;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>What the chain said of a ticket that it was asked for by name.</summary>
/// <param name="AskedAt">The head when it was asked.</param>
/// <param name="Result">Null: no block has it, or there is a fault.</param>
/// <param name="Fault">Why it could not be told.</param>
internal sealed record Finding(Ticket Ticket, Height AskedAt, TransactionResult? Result, ChainException? Fault);

/// <summary>
/// Asks the chain for tickets by their names, beside the lane's loop: what the lane has to hand over does not wait for
/// the answers, which come in by its door. One inquiry is under way at a time.
/// </summary>
internal sealed class Inquiry(CosmosClient cosmos, TicketQueue queue)
{
    /// <summary>Tickets that are asked for side by side; an endpoint is not flooded.</summary>
    private const int AskedAtOnce = 8;

    private volatile Task _asking = Task.CompletedTask;

    public bool IsOver => _asking.IsCompleted;

    /// <summary>Begins, unless one is under way: then these wait for the next block.</summary>
    public void Begin(IEnumerable<Ticket> tickets, Height head, CancellationToken stop)
    {
        if (IsOver && tickets.ToArray() is { Length: > 0 } asked)
        {
            Array.ForEach(asked, ticket => ticket.AskedAt = head);
            _asking = AskAsync(Array.ConvertAll(asked, ticket => (ticket, ticket.Hashes.ToArray())), head, stop);
        }
    }

    /// <summary>Done when nothing is under way any more.</summary>
    public async Task EndAsync() => await _asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task AskAsync((Ticket Ticket, string[] Names)[] asked, Height head, CancellationToken stop)
    {
        foreach (var few in asked.Chunk(AskedAtOnce))
        {
            await Task.WhenAll(few.Select(async one =>
                queue.Add(await FindAsync(new Finding(one.Ticket, head, null, null), one.Names, stop))));
        }
    }

    private async Task<Finding> FindAsync(Finding nothing, string[] names, CancellationToken stop)
    {
        try
        {
            foreach (var name in names)
            {
                if (await cosmos.FindAsync(name, stop) is { } result)
                {
                    return nothing with { Result = result };
                }
            }

            return nothing;
        }
        catch (ChainException fault)
        {
            return nothing with { Fault = fault };
        }
    }
}
