using System.Net.WebSockets;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Hosting;

/// <summary>What a node of some chain serves at one port, whatever carries it there.</summary>
internal interface INodeFace
{
    /// <summary>True where a path may be upgraded to a websocket.</summary>
    bool TakesSockets(string path);

    /// <summary>Null: the connection breaks instead.</summary>
    Task<NodeReply?> AnswerAsync(NodeRequest request, CancellationToken cancellationToken);

    /// <summary>Whether a websocket may be opened; the reply to give in its place, where there is one.</summary>
    Task<(bool IsOpen, NodeReply? Reply)> OpenSocketAsync(CancellationToken cancellationToken);

    /// <summary>Serves an open websocket until it ends.</summary>
    Task ServeSocketAsync(WebSocket socket, CancellationToken cancellationToken);
}
