using System.Threading.Channels;

namespace Outpost.Node.Submission;

/// <summary>
/// The lane's waiting room: tickets come from many tasks and are taken by one, each not before its time.
/// </summary>
internal sealed class TicketQueue(TimeProvider time)
{
    /// <summary>Tickets that may wait; beyond it, callers wait for room. A topic has at most one.</summary>
    private const int Length = 1024;

    private readonly Channel<Ticket> _arriving = Channel.CreateBounded<Ticket>(
        new BoundedChannelOptions(Length) { SingleReader = true });

    private readonly List<Ticket> _waiting = [];

    /// <summary>Puts a ticket in, and waits for room if need be.</summary>
    public ValueTask AddAsync(Ticket ticket, CancellationToken stop) => _arriving.Writer.WriteAsync(ticket, stop);

    /// <summary>
    /// The open tickets whose time has come, oldest first; those whose window is over are closed on the way.
    /// </summary>
    public async Task<List<Ticket>> DueAsync(CancellationToken stop)
    {
        while (true)
        {
            _waiting.RemoveAll(ticket => ticket.IsAnswered);
            await WaitAsync(stop);
            while (_waiting.Count < Length && _arriving.Reader.TryRead(out var ticket))
            {
                _waiting.Add(ticket);
            }

            foreach (var ticket in _waiting.Where(ticket => ticket.Closed.IsCancellationRequested))
            {
                ticket.Close();
            }

            var now = time.GetTimestamp();
            var due = _waiting.Where(ticket => !ticket.IsAnswered && ticket.NotBefore <= now).ToList();
            if (due.Count > 0)
            {
                return due;
            }
        }
    }

    /// <summary>Until a ticket arrives or the next one's time comes.</summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        if (_waiting.Count == 0)
        {
            await _arriving.Reader.WaitToReadAsync(stop);
            return;
        }

        var pause = time.GetElapsedTime(time.GetTimestamp(), _waiting.Min(ticket => ticket.NotBefore));
        if (pause > TimeSpan.Zero && _arriving.Reader.Count == 0)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(
                Task.Delay(pause, time, either.Token), _arriving.Reader.WaitToReadAsync(either.Token).AsTask());
            await either.CancelAsync();
            stop.ThrowIfCancellationRequested();
        }
    }
}
