using System.Threading.Channels;
using Outpost.Chains;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>A block that was searched, and what was found on the way.</summary>
internal sealed record Sighting(Height Height, List<TransactionResult> Found);

/// <summary>What has come since the lane looked last, each in order.</summary>
internal sealed record LaneNews(List<Ticket> Tickets, List<Sighting> Sightings, List<Finding> Findings);

/// <summary>
/// The lane's door: tickets, blocks and findings come from many tasks and are taken by one. Whatever comes rings one
/// bell, so that waiting costs nothing and ends without an exception.
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

    /// <summary>As many as there are tickets; one whose finding is lost is asked for again.</summary>
    private readonly Channel<Finding> _found = Channel.CreateBounded<Finding>(
        new BoundedChannelOptions(Length) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private volatile TaskCompletionSource _bell = NewBell();

    public bool IsEmpty => _arriving.Reader.Count == 0 && _seen.Reader.Count == 0 && _found.Reader.Count == 0;

    /// <summary>Puts a ticket in, and waits for room if need be.</summary>
    public async Task AddAsync(Ticket ticket, CancellationToken stop)
    {
        await _arriving.Writer.WriteAsync(ticket, stop);
        _bell.TrySetResult();
    }

    public void Add(Sighting sighting)
    {
        _seen.Writer.TryWrite(sighting);
        _bell.TrySetResult();
    }

    public void Add(Finding finding)
    {
        _found.Writer.TryWrite(finding);
        _bell.TrySetResult();
    }

    /// <summary>What has come, up to as many tickets as there is room for.</summary>
    public LaneNews Take(int room)
    {
        // Before anything is read: what comes from here on is read below, or rings the new bell.
        if (_bell.Task.IsCompleted)
        {
            _bell = NewBell();
        }

        return new LaneNews(Read(_arriving.Reader, room), Read(_seen.Reader), Read(_found.Reader));
    }

    /// <summary>Until something comes, or the given timestamp; null: until something comes.</summary>
    public async Task NewsAsync(long? until, CancellationToken stop)
    {
        var pause = until is { } at ? time.GetElapsedTime(time.GetTimestamp(), at) : Timeout.InfiniteTimeSpan;
        if (until is not null && pause <= TimeSpan.Zero)
        {
            return;
        }

        // Upwards: a delay counts whole milliseconds, and one that comes too early would only come again.
        var whole = until is null ? pause : TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds));
        await _bell.Task.WaitAsync(whole, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }

    private static List<T> Read<T>(ChannelReader<T> from, int most = int.MaxValue)
    {
        var read = new List<T>();
        while (read.Count < most && from.TryRead(out var one))
        {
            read.Add(one);
        }

        return read;
    }

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
