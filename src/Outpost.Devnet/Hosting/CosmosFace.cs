using System.Net.WebSockets;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Hosting;

/// <summary>One face of a Cosmos node, behind what goes wrong at it.</summary>
internal sealed class CosmosFace(DevnetNode node, Face face) : INodeFace
{
    public bool TakesSockets(string path) => face == Face.Rpc && path == "/websocket";

    public Task<NodeReply?> AnswerAsync(NodeRequest request, CancellationToken cancellationToken) =>
        TakesSockets(request.Path)
            ? Task.FromResult<NodeReply?>(NodeReply.Text(400, "this is a websocket\n"))
            : node.Front.AnswerAsync(face, request, cancellationToken);

    public Task<(bool IsOpen, NodeReply? Reply)> OpenSocketAsync(CancellationToken cancellationToken) =>
        node.Front.OpenSocketAsync(cancellationToken);

    public Task ServeSocketAsync(WebSocket socket, CancellationToken cancellationToken) =>
        node.Faces.ServeSocketAsync(socket, cancellationToken);
}
