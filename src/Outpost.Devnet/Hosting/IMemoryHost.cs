using System.Net.WebSockets;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Hosting;

/// <summary>One host of the network in memory: a node of some chain with its ports.</summary>
internal interface IMemoryHost
{
    /// <summary>The name that leads to it.</summary>
    string Host { get; }

    /// <summary>False where a connection would be refused.</summary>
    bool Listens(int port);

    /// <summary>True where this URL is upgraded to a websocket.</summary>
    bool TakesSockets(Uri url);

    /// <summary>Null: the connection breaks instead.</summary>
    Task<NodeReply?> AnswerAsync(Uri url, NodeRequest request, CancellationToken cancellationToken);

    /// <summary>Whether a websocket may be opened; the reply to give in its place, where there is one.</summary>
    Task<(bool IsOpen, NodeReply? Reply)> OpenSocketAsync(CancellationToken cancellationToken);

    /// <summary>Serves an open websocket until it ends.</summary>
    Task ServeSocketAsync(WebSocket socket, CancellationToken cancellationToken);
}
