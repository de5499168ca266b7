using System.Net.WebSockets;
using Outpost.Devnet.Evm;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Gateways;
using Outpost.Devnet.Hosting;

namespace Outpost.Devnet;

/// <summary>One of the endpoints that serve the EVM chain; owned by its <see cref="EvmDevnet"/>.</summary>
public sealed class EvmDevnetNode : IMemoryHost, INodeFace, IDisposable
{
    private const int Port = 8545;

    private readonly EvmChain _chain;
    private readonly EvmView _view;
    private readonly EvmRouter _router;
    private readonly TimeProvider _time;
    private CancellationTokenSource _broken = new();
    private long _requests;

    internal EvmDevnetNode(
        EvmChain chain, IContracts contracts, long chainId, int number, Random random, TimeProvider time)
    {
        (_chain, _time) = (chain, time);
        Name = DevnetNode.NameOf(number);
        Terms = new EvmNodeTerms();
        _view = new EvmView(chain, Terms);
        _router = new EvmRouter(new EvmMethods(_view, contracts, Terms, chainId), Terms, random, time);
        Url = new UriBuilder(Uri.UriSchemeHttp, $"evm-{number}.devnet", Port).Uri;
    }

    /// <summary>node-1, node-2 and so on; faults name it so.</summary>
    public string Name { get; }

    /// <summary>JSON-RPC; in memory http://evm-1.devnet:8545 and so on.</summary>
    public Uri Url { get; internal set; }

    /// <summary>Its websocket, which tells of new blocks.</summary>
    public Uri Socket => new UriBuilder(Url) { Scheme = Uri.UriSchemeWs }.Uri;

    /// <summary>What it allows and does wrong.</summary>
    public EvmNodeTerms Terms { get; }

    /// <summary>HTTP requests that came so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    string IMemoryHost.Host => Url.Host;

    INodeFace? IMemoryHost.FaceAt(int port) => port == Port ? this : null;

    bool INodeFace.TakesSockets(string path) => true;

    async Task<NodeReply?> INodeFace.AnswerAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        var reply = Terms.Refuses ? null
            : request.Method != "POST" ? NodeReply.Text(405, "JSON-RPC is posted\n")
            : _router.Route(request.Body);
        await HoldAsync(cancellationToken);
        return reply;
    }

    async Task<(bool IsOpen, NodeReply? Reply)> INodeFace.OpenSocketAsync(CancellationToken cancellationToken)
    {
        if (Terms.Refuses || Terms.Hangs)
        {
            return (false, null);
        }

        await HoldAsync(cancellationToken);
        return Terms.RefusesSockets || Terms.IsBadGateway || Terms.RetryAfterSeconds is not null
            ? (false, NodeReply.Text(503, "503 Service Unavailable\n"))
            : (true, null);
    }

    Task INodeFace.ServeSocketAsync(WebSocket socket, CancellationToken cancellationToken) =>
        new EvmSession(socket, _router, _view, Terms, _broken.Token).RunAsync(_chain, cancellationToken);

    /// <summary>Ends the websockets. The devnet does it.</summary>
    public void Dispose() => _broken.Dispose();

    /// <summary>Takes on what goes wrong at it now.</summary>
    internal void Apply(FaultKind kind, ActiveFault? fault)
    {
        EvmFaultTerms.Apply(Terms, kind, fault);
        if (Terms.Refuses || Terms.RefusesSockets)
        {
            var broken = Interlocked.Exchange(ref _broken, new CancellationTokenSource());
            broken.Cancel();
            broken.Dispose();
        }
    }

    private async ValueTask HoldAsync(CancellationToken cancellationToken)
    {
        if (Terms.Hangs || Terms.ReplyDelay > TimeSpan.Zero)
        {
            var wait = Terms.Hangs ? Timeout.InfiniteTimeSpan : Terms.ReplyDelay;
            await Task.Delay(wait, _time, cancellationToken);
        }
    }
}
