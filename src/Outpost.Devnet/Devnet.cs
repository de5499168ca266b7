using System.Numerics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Hosting;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet;

/// <summary>
/// An Allora chain in memory, behind real sockets on loopback or behind a network in memory. Dispose it to stop
/// everything that it started.
/// </summary>
public sealed class Devnet : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly WatchedChain _watched;
    private readonly DevnetServer? _server;
    private readonly MemorySockets _sockets = new();
    private readonly BlockProduction _production;
    private int _isDisposed;

    private Devnet(DevnetOptions options, TimeProvider time, ILoggerFactory? loggers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Nodes, 1, nameof(options));
        Options = options;
        _time = time;
        Observer = new DevnetObserver(time);
        _watched = new WatchedChain(new Chain(options), Observer);
        _production = new BlockProduction(
            _watched.Faults, options.BlockTime, now => _watched.ProduceBlock(now), time);
        Nodes = [.. Enumerable.Range(1, options.Nodes).Select(number => new DevnetNode(_watched, number, time))];
        _server = loggers is null ? null : new DevnetServer(options.ListenAddress, loggers);
    }

    public DevnetOptions Options { get; }

    /// <summary>What an onlooker at the chain's side saw.</summary>
    public DevnetObserver Observer { get; }

    /// <summary>What goes wrong at the moment; begin and end it here.</summary>
    public DevnetFaults Faults => _watched.Faults;

    /// <summary>The endpoints that serve the chain, by their number.</summary>
    public IReadOnlyList<DevnetNode> Nodes { get; }

    /// <summary>The first node's CometBFT RPC; its websocket is /websocket below it.</summary>
    public Uri Rpc => Nodes[0].Rpc;

    /// <summary>The first node's.</summary>
    public Uri Lcd => Nodes[0].Lcd;

    /// <summary>The first node's gRPC in plaintext HTTP/2.</summary>
    public Uri Grpc => Nodes[0].Grpc;

    public Uri Faucet => new(Lcd, Hosting.Faucet.Path);

    /// <summary>The newest block's number.</summary>
    public long Height => _watched.Chain.Read(chain => chain.Store.Height);

    internal ChainNode Node => Nodes[0].Faces.Node;

    /// <summary>Whether the chain would take this text for an account's address.</summary>
    public static bool IsAddress(string text) => Address.Problem(text) is null;

    /// <summary>Serves on real sockets from block 1 on; with a block time, blocks come by themselves.</summary>
    public static async Task<Devnet> StartAsync(
        DevnetOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var devnet = new Devnet(options, time, loggers);
        try
        {
            await devnet.ProduceBlocksAsync(1, cancellationToken);
            await devnet.ListenAsync(devnet._server!, cancellationToken);
        }
        catch
        {
            await devnet.DisposeAsync();
            throw;
        }

        devnet._production.Start();
        return devnet;
    }

    /// <summary>
    /// Serves from block 1 on without a socket or a thread of its own: reached through <see cref="Network"/> only,
    /// under http://node-1.devnet:26657 (RPC), :1317 (LCD) and :9090 (gRPC), node-2.devnet and so on.
    /// </summary>
    public static Devnet InMemory(DevnetOptions options, TimeProvider time)
    {
        var devnet = new Devnet(options, time, loggers: null);
        devnet._watched.ProduceBlock(time.GetUtcNow());
        devnet._production.Start();
        return devnet;
    }

    /// <summary>
    /// A network in memory that leads to the nodes and nowhere else, websockets included. Its websockets end with the
    /// devnet.
    /// </summary>
    /// <param name="delay">
    /// Drawn once for each way of a request and for each message of a websocket; null: none, and no timer is made.
    /// </param>
    public HttpMessageHandler Network(Func<TimeSpan>? delay = null) => _server is null
        ? new MemoryNetwork([.. Nodes.Select(node => new CosmosHost(node))], _sockets, _time, delay)
        : throw new InvalidOperationException("This devnet listens on real sockets: start it with InMemory.");

    /// <summary>Coins out of nothing for an address, in the next block. In uallo.</summary>
    public void Fund(string address, BigInteger amount) => _watched.Chain.Fund(address, amount);

    /// <summary>The committed balance in uallo.</summary>
    public BigInteger BalanceOf(string address) => _watched.Chain.Read(chain => chain.Accounts.BalanceOf(address));

    /// <summary>
    /// Makes blocks now, one after the other, beside those that the block time brings. None while the chain halts, and
    /// more where it jumps.
    /// </summary>
    public Task ProduceBlocksAsync(int count, CancellationToken cancellationToken) =>
        _production.ProduceAsync(count, cancellationToken);

    /// <summary>Completes when the chain has reached this height.</summary>
    public async Task WaitForHeightAsync(long height, CancellationToken cancellationToken)
    {
        var (blocks, listening) = _watched.Follow(bound: 8);
        using (listening)
        {
            while (Height < height)
            {
                await blocks.ReadAsync(cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        await _production.DisposeAsync();
        await _sockets.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        foreach (var node in Nodes)
        {
            node.Dispose();
        }
    }

    private async Task ListenAsync(DevnetServer server, CancellationToken cancellationToken)
    {
        Task<Uri> ServeAsync(DevnetNode node, Face face, HttpProtocols protocols, int port) =>
            server.ListenAsync(new CosmosFace(node, face), protocols, port, cancellationToken);

        foreach (var (index, node) in Nodes.Index())
        {
            var (rpc, lcd, grpc) = (Options.RpcPort, Options.LcdPort, Options.GrpcPort);
            node.Rpc = await ServeAsync(node, Face.Rpc, HttpProtocols.Http1, DevnetServer.Port(rpc, index));
            node.Lcd = await ServeAsync(node, Face.Lcd, HttpProtocols.Http1, DevnetServer.Port(lcd, index));
            node.Grpc = await ServeAsync(node, Face.Grpc, HttpProtocols.Http2, DevnetServer.Port(grpc, index));
        }
    }
}
