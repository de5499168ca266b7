using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Outpost.Benchmarks;

/// <summary>How a node ends.</summary>
internal enum Death
{
    /// <summary>Connections break and new ones are refused: the process is gone.</summary>
    Refuses,
    /// <summary>Nothing comes back, not even for a new connection: the machine is gone.</summary>
    Hangs,
    /// <summary>Connections are taken and requests are read, and no answer ever comes: the process is stuck.</summary>
    NeverAnswers,
}

/// <summary>A CometBFT node on loopback with canned answers, which can be killed in several ways.</summary>
internal sealed class MortalNode : IDisposable
{
    private const string Status =
        """{"node_info":{"network":"bench-1"},"sync_info":{"latest_block_height":"10","latest_block_time":"2026-01-01T00:00:00Z","catching_up":false}}""";

    // An account of which nothing but the number, 1, is told.
    private const string Account = """{"response":{"code":0,"height":"10","value":"CgIYAQ=="}}""";

    private const string Taken = """{"code":0,"codespace":"","log":"","hash":""}""";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private Death? _death;

    internal MortalNode()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        _ = AcceptAsync();
    }

    internal Uri Url { get; }

    internal async Task DieAsync(Death death)
    {
        _death = death;
        if (death is Death.Refuses)
        {
            Dispose();
        }
        else if (death is Death.Hangs)
        {
            await _stop.CancelAsync();
            await FillBacklogAsync();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        lock (_open)
        {
            _open.ForEach(socket => socket.Dispose());
        }
    }

    // With nobody to accept and a full backlog, the kernel answers no further attempt to connect.
    private async Task FillBacklogAsync()
    {
        for (var filler = 0; filler < 8; filler++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            lock (_open)
            {
                _open.Add(socket);
            }

            var connected = socket.ConnectAsync(_listener.LocalEndPoint!);
            if (await Task.WhenAny(connected, Task.Delay(TimeSpan.FromMilliseconds(20))) != connected)
            {
                _ = connected.ContinueWith(task => _ = task.Exception, TaskScheduler.Default);
                return;
            }
        }

        throw new InvalidOperationException("The kernel still takes connections: this node does not hang.");
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                lock (_open)
                {
                    _open.Add(socket);
                }

                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The node is dead.
            return;
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[16 << 10];
        var have = 0;
        try
        {
            while (true)
            {
                var count = await socket.ReceiveAsync(buffer.AsMemory(have), _stop.Token);
                if (count == 0)
                {
                    return;
                }

                have += count;
                var text = Encoding.ASCII.GetString(buffer, 0, have);
                var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (head < 0 || have < head + 4 + Length(text[..head]))
                {
                    continue;
                }

                have = 0;
                if (_death is null)
                {
                    await socket.SendAsync(Answer(text[head..]), _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The node is dead, or its caller went away.
            return;
        }
    }

    private static int Length(string head)
    {
        const string name = "content-length:";
        var line = head.Split("\r\n").First(one => one.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        return int.Parse(line.AsSpan(name.Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
    }

    private static byte[] Answer(string request)
    {
        var result = request.Contains("broadcast_tx_sync", StringComparison.Ordinal) ? Taken
            : request.Contains("abci_query", StringComparison.Ordinal) ? Account
            : Status;
        var body = $$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
