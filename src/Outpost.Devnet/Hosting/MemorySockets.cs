using System.Net.WebSockets;

namespace Outpost.Devnet.Hosting;

/// <summary>The open websockets of the network in memory; ends them all when disposed.</summary>
internal sealed class MemorySockets : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Task> _sessions = [];
    private readonly CancellationTokenSource _stopping = new();

    public void Serve(INodeFace face, WebSocket socket)
    {
        var session = ServeAsync(face, socket);
        lock (_gate)
        {
            _sessions.RemoveAll(other => other.IsCompleted);
            _sessions.Add(session);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task[] sessions;
        lock (_gate)
        {
            sessions = [.. _sessions];
        }

        await Task.WhenAll(sessions);
        _stopping.Dispose();
    }

    private async Task ServeAsync(INodeFace face, WebSocket socket)
    {
        using (socket)
        {
            await face.ServeSocketAsync(socket, _stopping.Token);
        }
    }
}
