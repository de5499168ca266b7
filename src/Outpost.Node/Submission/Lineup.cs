namespace Outpost.Node.Submission;

/// <summary>Decides what goes out next, and under which number.</summary>
internal sealed class Lineup(
    LaneSurroundings around, Flight flight, Signer signer, AccountWatch account, Dispatch dispatch)
{
    /// <summary>
    /// Signed and journaled together and handed over at once: one fsync, and a far way to an endpoint is gone once for
    /// all windows of a block. What a block that comes meanwhile makes wrong is no more than that.
    /// </summary>
    private const int BatchSize = 256;

    /// <summary>Blocks that a transaction must have to come in, unless its own window has no more.</summary>
    private const long LeastBlocks = 3;

    /// <summary>
    /// What no node is known to have, and then new ones, signed: in the order of their numbers and without a gap.
    /// </summary>
    public async Task<List<Ticket>> NextAsync(IReadOnlyList<Ticket> tickets, CancellationToken stop)
    {
        var batch = new List<Ticket>();
        var head = around.Clock.Head;
        var fresh = new Queue<Ticket>(tickets
            .Where(ticket => ticket.Number is null)
            .OrderByDescending(ticket => ticket.Request.TimeoutHeight));
        var most = dispatch.IsSure ? BatchSize : 1;
        for (var number = flight.Committed!.Value; batch.Count < most; number++)
        {
            var ticket = flight.At(number);
            if (ticket is { IsTaken: true })
            {
                continue;
            }

            // Bytes that cannot come in any more wait for their proof, and all behind them with them.
            if (ticket is { Attempt: { } bytes } && bytes.TimeoutHeight <= head)
            {
                break;
            }

            ticket ??= await FirstAsync(fresh, number, batch.Count > 0, stop);
            if (ticket is null || (ticket.Attempt is null && !await SignAsync(ticket, number, batch.Count > 0, stop)))
            {
                break;
            }

            batch.Add(ticket);
        }

        flight.Publish();
        return batch;
    }

    /// <summary>The first of the new ones that can go under this number, signed; null: none can now.</summary>
    private async Task<Ticket?> FirstAsync(Queue<Ticket> fresh, ulong number, bool isBehind, CancellationToken stop)
    {
        while (fresh.TryDequeue(out var ticket))
        {
            if (ticket.NotBefore > around.Time.GetTimestamp())
            {
                continue;
            }

            if (await SignAsync(ticket, number, isBehind, stop))
            {
                flight.Put(number, ticket);
                return ticket;
            }
        }

        return null;
    }

    private async Task<bool> SignAsync(Ticket ticket, ulong number, bool isBehind, CancellationToken stop)
    {
        await dispatch.Gone.RenameAsync(ticket);
        ticket.IsSimulatedFirst |= ticket.Request.Duty?.Nonce <= account.OthersSeenAt;
        var head = around.Clock.Head;
        var own = ticket.Request.TimeoutHeight;
        var timeout = flight.FirstTimeout is { } first && first < own ? first : own;
        var isCutShort = timeout < own && timeout - head < LeastBlocks && own - head > LeastBlocks;
        if (isCutShort || (isBehind && signer.Simulates(ticket)))
        {
            return false;
        }

        var obstacle = await signer.SignAsync(ticket, account.Account!, number, timeout, head, stop);
        if (obstacle is null)
        {
            return true;
        }

        await dispatch.UnsignableAsync(ticket, obstacle);
        return false;
    }
}
