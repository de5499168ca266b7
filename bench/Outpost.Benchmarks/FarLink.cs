using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Outpost.Benchmarks;

/// <summary>
/// A TCP proxy on loopback that makes a server seem far away: each direction takes 25 ms, a connection one round trip
/// more, and one segment in a hundred is lost. As with TCP, a lost segment holds up all behind it until it is sent
/// again: after 200 ms, and twice as long for each further loss of the same segment.
/// </summary>
internal sealed class FarLink : IAsyncDisposable
{
    private const double Loss = 0.01;
    private const int SegmentBytes = 1_460;
    private const int ChunkBytes = 16 << 10;

    /// <summary>Chunks on their way in one direction; a faster sender waits, as it would for its window.</summary>
    private const int MostUnderWay = 64;

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan FirstResend = TimeSpan.FromMilliseconds(200);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Random _chance = new(1);
    private readonly List<Task> _connections = [];
    private readonly IPEndPoint _server;
    private readonly Task _accepting;

    internal FarLink(Uri server)
    {
        _server = new IPEndPoint(IPAddress.Parse(server.Host), server.Port);
        _listener.Start();
        Url = new UriBuilder(server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>The server's URL at this end of the link.</summary>
    internal Uri Url { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptSocketAsync(_stop.Token);
                _connections.RemoveAll(connection => connection.IsCompleted);
                _connections.Add(CarryAsync(near));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException && _stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task CarryAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (near)
        {
            near.NoDelay = true;
            try
            {
                await Task.Delay(2 * OneWay, _stop.Token);
                await far.ConnectAsync(_server, _stop.Token);
                await Task.WhenAll(CarryAsync(near, far), CarryAsync(far, near));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One side has gone, or the link was disposed: both sockets are closed.
            }
        }
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        var underWay = Channel.CreateBounded<(byte[] Bytes, long Sent, TimeSpan Held)>(MostUnderWay);
        var delivering = DeliverAsync(underWay.Reader, to);
        try
        {
            var buffer = new byte[ChunkBytes];
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var read)
            {
                await underWay.Writer.WriteAsync(
                    (buffer[..read], TimeProvider.System.GetTimestamp(), Held(read)), _stop.Token);
            }
        }
        finally
        {
            underWay.Writer.TryComplete();
            await delivering;
        }
    }

    private async Task DeliverAsync(ChannelReader<(byte[] Bytes, long Sent, TimeSpan Held)> underWay, Socket to)
    {
        await foreach (var (bytes, sent, held) in underWay.ReadAllAsync(_stop.Token))
        {
            var left = OneWay + held - TimeProvider.System.GetElapsedTime(sent);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, _stop.Token);
            }

            for (var done = 0; done < bytes.Length;)
            {
                done += await to.SendAsync(bytes.AsMemory(done), _stop.Token);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }

    /// <summary>How much longer than the way these bytes take, for the segments that are lost.</summary>
    private TimeSpan Held(int bytes)
    {
        var held = TimeSpan.Zero;
        lock (_lock)
        {
            for (var segment = 0; segment < bytes; segment += SegmentBytes)
            {
                var resend = FirstResend;
                for (var wait = TimeSpan.Zero; _chance.NextDouble() < Loss; resend *= 2)
                {
                    wait += resend;
                    held = wait > held ? wait : held;
                }
            }
        }

        return held;
    }
}
