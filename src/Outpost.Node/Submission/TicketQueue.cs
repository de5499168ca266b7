using System.Threading.Channels;
using Outpost.Chains;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>A block that was searched, and what was found on the way.</summary>
internal sealed record Sighting(Height Height, IReadOnlyList<TransactionResult> Found);

/// <summary>
/// The lane's door: tickets and blocks come from many tasks and are taken by one.
/// </summary>
internal sealed class TicketQueue(TimeProvider time)
{
    /// <summary>Tickets in the lane; beyond it, callers wait for room. A topic has at most two.</summary>
    public const int Length = 4096;

    /// <summary>Blocks that may wait to be taken note of; the account's sequence tells what a lost one held.</summary>
    private const int BlocksKept = 64;

    private readonly Channel<Ticket> _arriving = Channel.CreateBounded<Ticket>(
        new BoundedChannelOptions(Length) { SingleReader = true });

    private readonly Channel<Sighting> _seen = Channel.CreateBounded<Sighting>(
        new BoundedChannelOptions(BlocksKept) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public bool IsEmpty => _arriving.Reader.Count == 0 && _seen.Reader.Count == 0;

    /// <summary>Puts a ticket in, and waits for room if need be.</summary>
    public ValueTask AddAsync(Ticket ticket, CancellationToken stop) => _arriving.Writer.WriteAsync(ticket, stop);

    public void Add(Sighting sighting) => _seen.Writer.TryWrite(sighting);

    /// <summary>What has come, in order, up to as many tickets as there is room for.</summary>
    public (List<Ticket> Tickets, List<Sighting> Sightings) Take(int room)
    {
        var tickets = new List<Ticket>();
        while (tickets.Count < room && _arriving.Reader.TryRead(out var ticket))
        {
            tickets.Add(ticket);
        }

        var sightings = new List<Sighting>();
        while (_seen.Reader.TryRead(out var sighting))
        {
            sightings.Add(sighting);
        }

        return (tickets, sightings);
    }

    /// <summary>Until something comes, or the given timestamp; null: until something comes.</summary>
    public async Task NewsAsync(long? until, CancellationToken stop)
    {
        if (!IsEmpty)
        {
            return;
        }

        var pause = until is { } at ? time.GetElapsedTime(time.GetTimestamp(), at) : Timeout.InfiniteTimeSpan;
        if (until is not null && pause <= TimeSpan.Zero)
        {
            return;
        }

        // Upwards: a delay counts whole milliseconds, and one that comes too early would only come again.
        var whole = until is null ? pause : TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(
            Task.Delay(whole, time, either.Token),
            _arriving.Reader.WaitToReadAsync(either.Token).AsTask(),
            _seen.Reader.WaitToReadAsync(either.Token).AsTask());
        await either.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }
}
