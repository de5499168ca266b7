using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Push;

/// <summary>
/// GET /events: what happens, as it happens. A reader that comes back with the last number it saw (Last-Event-ID) goes
/// on behind it as long as the ring holds that, and is told to look anew when it does not; one that does not take what
/// it is sent is let go, so that nothing piles up for it.
/// </summary>
internal sealed class EventStreams(EventRing ring, EventText text, TimeProvider time) : IDisposable
{
    /// <summary>Readers at once; each costs a connection and about 20 KB.</summary>
    private const int MostReaders = 1000;

    /// <summary>Events that are sent in one piece.</summary>
    private const int MostAtOnce = 256;

    /// <summary>After which a browser comes back.</summary>
    private const int RetryMs = 2000;

    /// <summary>Between two signs of life, below the minute after which proxies give up.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>For one piece to be taken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private int _readers;

    /// <summary>How many read now.</summary>
    public int Readers => Volatile.Read(ref _readers);

    /// <summary>Keeps what was written for those who read.</summary>
    public void Tell(IReadOnlyList<Change> changes) => ring.Add(changes);

    /// <summary>Ends all streams, so that the server can stop.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Serves one reader until it goes.</summary>
    /// <returns>False when there are too many; nothing was written then.</returns>
    public async Task<bool> ServeAsync(HttpContext http, string? project)
    {
        if (Interlocked.Increment(ref _readers) > MostReaders)
        {
            Interlocked.Decrement(ref _readers);
            return false;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would keep it back.
            await SendAllAsync(http, LastSeen(http), project, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader has gone, or the service stops.
        }
        catch (TimeoutException)
        {
            http.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }

        return true;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task SendAllAsync(HttpContext http, long? lastSeen, string? project, CancellationToken stop)
    {
        var piece = new ArrayBufferWriter<byte>();
        var at = lastSeen ?? ring.Newest;
        if (lastSeen is null)
        {
            EventText.Begin(at, RetryMs, piece);
        }

        while (true)
        {
            at = Append(at, project, piece);
            if (piece.WrittenCount > 0)
            {
                // A reader that takes nothing is let go, also where its connection's buffer hides it for a while.
                await http.Response.BodyWriter.WriteAsync(piece.WrittenMemory, stop).AsTask()
                    .WaitAsync(Patience, time, stop);
                piece.ResetWrittenCount();
            }

            if (!await HasMoreAsync(at, stop))
            {
                EventText.Heartbeat(piece);
            }
        }
    }

    private async Task<bool> HasMoreAsync(long at, CancellationToken stop)
    {
        try
        {
            await ring.MoreAsync(at).WaitAsync(Heartbeat, time, stop);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private long Append(long at, string? project, ArrayBufferWriter<byte> piece)
    {
        if (ring.After(at, MostAtOnce) is not { } changes)
        {
            var newest = ring.Newest;
            EventText.Reset(newest, piece);
            return newest;
        }

        foreach (var (id, change) in changes)
        {
            text.Write(id, change, project, piece);
            at = id;
        }

        return at;
    }

    // A browser sends the header when it comes back; a query does for those who cannot set one.
    private static long? LastSeen(HttpContext http)
    {
        var said = http.Request.Headers["Last-Event-ID"].ToString();
        var given = said.Length > 0 ? said : http.Request.Query["lastEventId"].ToString();
        return given.Length == 0 ? null
            : long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : -1;
    }
}
