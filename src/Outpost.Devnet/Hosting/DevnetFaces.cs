using System.Diagnostics;
using System.Net.WebSockets;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Gateways;
using Outpost.Devnet.Queries;
using Outpost.Devnet.Rpc;

namespace Outpost.Devnet.Hosting;

/// <summary>The node as its clients see it, without sockets: one function for each face.</summary>
internal sealed class DevnetFaces : IDisposable
{
    private readonly Faucet _faucet;
    private readonly RpcRouter _rpc;
    private readonly LcdRouter _lcd;
    private readonly GrpcRouter _grpc;
    private readonly EventFeed _feed;
    private readonly TimeProvider _time;

    public DevnetFaces(ChainNode node, TimeProvider time)
    {
        (Node, _time) = (node, time);
        var queries = new QueryTable(node);
        _faucet = new Faucet(node);
        _rpc = new RpcRouter(new RpcMethods(node, queries));
        _lcd = new LcdRouter(node, queries);
        _grpc = new GrpcRouter(queries);
        _feed = new EventFeed(node);
    }

    public ChainNode Node { get; }

    public Task<NodeReply> AnswerAsync(Face face, NodeRequest request, CancellationToken cancellationToken) =>
        face switch
        {
            Face.Rpc => _rpc.RouteAsync(request, cancellationToken),
            Face.Lcd when request.Path == Faucet.Path => Task.FromResult(_faucet.Route(request)),
            Face.Lcd => Task.FromResult(_lcd.Route(request)),
            Face.Grpc => Task.FromResult(_grpc.Route(request)),
            _ => throw new UnreachableException(),
        };

    public Task ServeSocketAsync(WebSocket socket, CancellationToken cancellationToken) =>
        new RpcSession(socket, _rpc, _feed, _time).RunAsync(cancellationToken);

    public void Dispose() => _feed.Dispose();
}
