using System.Net;
using System.Net.Sockets;

namespace Outpost.EndToEnd.Consensus;

/// <summary>One connection that asks the same again and again, many times before it reads an answer.</summary>
internal sealed class Flood(IPEndPoint service, byte[] request)
{
    /// <summary>Calls that it has not read the answers of.</summary>
    internal const int UnderWay = 64;

    private const int StatusLength = 12;

    private readonly byte[] _answers = new byte[1 << 20];

    internal int Accepted { get; private set; }

    internal int Refused { get; private set; }

    /// <summary>Floods until the token stops it, on a thread of its own: who measures beside it does not wait for it.</summary>
    internal Task RunAsync(CancellationToken stop) =>
        Task.Factory.StartNew(() => Run(stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        byte[] requests = [.. Enumerable.Repeat(request, UnderWay).SelectMany(one => one)];
        socket.Connect(service);
        while (!stop.IsCancellationRequested)
        {
            socket.Send(requests);
            Read(socket);
        }
    }

    private void Read(Socket socket)
    {
        var (have, used) = (0, 0);
        for (var left = UnderWay; left > 0;)
        {
            var read = socket.Receive(_answers.AsSpan(have));
            if (read == 0)
            {
                throw new InvalidOperationException("The service closed a connection.");
            }

            have += read;
            while (left > 0 && Status(_answers.AsSpan(used, have - used)) is { } status)
            {
                (Accepted, Refused) = status.Code == 200 ? (Accepted + 1, Refused) : (Accepted, Refused + 1);
                used += status.End;
                left--;
            }
        }
    }

    /// <summary>The next answer's code, and where it ends.</summary>
    private static (int Code, int End)? Status(ReadOnlySpan<byte> answers)
    {
        var at = answers.IndexOf("HTTP/1.1 "u8);
        return at >= 0 && at + StatusLength <= answers.Length
            ? (int.Parse(answers[(at + 9)..(at + StatusLength)], null), at + StatusLength)
            : null;
    }
}
