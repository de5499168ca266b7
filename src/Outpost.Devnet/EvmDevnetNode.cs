using System.Net.WebSockets;
using Outpost.Devnet.Evm;
using Outpost.Devnet.Gateways;
using Outpost.Devnet.Hosting;

namespace Outpost.Devnet;

/// <summary>One of the endpoints that serve the EVM chain; owned by its <see cref="EvmDevnet"/>.</summary>
public sealed class EvmDevnetNode : IMemoryHost
{
    private const int Port = 8545;

    private readonly EvmChain _chain;
    private readonly EvmRouter _router;
    private readonly TimeProvider _time;
    private long _requests;

    internal EvmDevnetNode(
        EvmChain chain, IContracts contracts, long chainId, int number, Random random, TimeProvider time)
    {
        (_chain, _time) = (chain, time);
        Terms = new EvmNodeTerms();
        _router = new EvmRouter(
            new EvmMethods(new EvmView(chain, Terms), contracts, Terms, chainId), Terms, random, time);
        Url = new UriBuilder(Uri.UriSchemeHttp, $"evm-{number}.devnet", Port).Uri;
    }

    /// <summary>JSON-RPC; evm-1.devnet and so on.</summary>
    public Uri Url { get; }

    /// <summary>Its websocket, which tells of new blocks.</summary>
    public Uri Socket => new UriBuilder(Url) { Scheme = Uri.UriSchemeWs }.Uri;

    /// <summary>What it allows and does wrong.</summary>
    public EvmNodeTerms Terms { get; }

    /// <summary>HTTP requests that came so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    string IMemoryHost.Host => Url.Host;

    bool IMemoryHost.Listens(int port) => port == Port;

    bool IMemoryHost.TakesSockets(Uri url) => true;

    async Task<NodeReply?> IMemoryHost.AnswerAsync(
        Uri url, NodeRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        if (Terms.Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
        }

        return Terms.Refuses ? null : _router.Route(request.Body);
    }

    Task<(bool IsOpen, NodeReply? Reply)> IMemoryHost.OpenSocketAsync(CancellationToken cancellationToken) =>
        Task.FromResult<(bool, NodeReply?)>((!Terms.Refuses && !Terms.Hangs, null));

    Task IMemoryHost.ServeSocketAsync(WebSocket socket, CancellationToken cancellationToken) =>
        new EvmSession(socket, _router, _chain).RunAsync(cancellationToken);
}
