using System.Diagnostics;
using System.Net.WebSockets;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Hosting;

/// <summary>A Cosmos node in memory: one port for each face.</summary>
internal sealed class CosmosHost(DevnetNode node) : IMemoryHost
{
    public string Host => node.Rpc.Host;

    public bool Listens(int port) => FaceAt(port) is not null;

    public bool TakesSockets(Uri url) => FaceAt(url.Port) is Face.Rpc && url.AbsolutePath == "/websocket";

    public Task<NodeReply?> AnswerAsync(Uri url, NodeRequest request, CancellationToken cancellationToken) =>
        node.Front.AnswerAsync(FaceAt(url.Port) ?? throw new UnreachableException(), request, cancellationToken);

    public Task<(bool IsOpen, NodeReply? Reply)> OpenSocketAsync(CancellationToken cancellationToken) =>
        node.Front.OpenSocketAsync(cancellationToken);

    public Task ServeSocketAsync(WebSocket socket, CancellationToken cancellationToken) =>
        node.Faces.ServeSocketAsync(socket, cancellationToken);

    private Face? FaceAt(int port) =>
        port == node.Rpc.Port ? Face.Rpc
        : port == node.Lcd.Port ? Face.Lcd
        : port == node.Grpc.Port ? Face.Grpc
        : null;
}
