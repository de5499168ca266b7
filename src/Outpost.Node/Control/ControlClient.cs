using System.Net.Sockets;
using System.Text.Json;

namespace Outpost.Node.Control;

/// <summary>Asks the node that runs with a journal on this machine.</summary>
public static class ControlClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Null when no node runs with this journal, or one that has no socket.</summary>
    /// <exception cref="IOException">There is a node, and it did not answer.</exception>
    public static async Task<ControlReply?> AskAsync(
        string journalPath, ControlRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ControlChannel.PathFor(journalPath) is not { } path || !File.Exists(path))
        {
            return null;
        }

        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var socket = ControlChannel.NewSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), either.Token);
            await using var stream = new NetworkStream(socket);
            await ControlChannel.WriteAsync(stream, request, ControlJson.Default.ControlRequest, either.Token);
            return await ControlChannel.ReadAsync(stream, ControlJson.Default.ControlReply, either.Token);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
        {
            // A killed node left the file behind.
            return null;
        }
        catch (Exception e) when (e is SocketException or JsonException
            || (e is OperationCanceledException && limit.IsCancellationRequested))
        {
            throw new IOException($"Asking the node at {path}: {e.Message}", e);
        }
    }
}
