using System.Numerics;
using Microsoft.Extensions.Logging;
using Outpost.Devnet.Blocks;
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
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _producing = new(1, 1);
    private Task _ticking = Task.CompletedTask;

    private Devnet(DevnetOptions options, TimeProvider time, ILoggerFactory? loggers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Nodes, 1, nameof(options));
        Options = options;
        _time = time;
        Observer = new DevnetObserver(time);
        _watched = new WatchedChain(new Chain(options), Observer);
        Nodes = [.. Enumerable.Range(1, options.Nodes).Select(number => new DevnetNode(_watched, number))];
        _server = loggers is null ? null : new DevnetServer(options, loggers);
    }

    public DevnetOptions Options { get; }

    /// <summary>What an onlooker at the chain's side saw.</summary>
    public DevnetObserver Observer { get; }

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
            await devnet._server!.StartAsync(devnet.Nodes, cancellationToken);
        }
        catch
        {
            await devnet.DisposeAsync();
            throw;
        }

        devnet.Tick();
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
        devnet.Tick();
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
        ? new MemoryNetwork(Nodes, _sockets, _time, delay)
        : throw new InvalidOperationException("This devnet listens on real sockets: start it with InMemory.");

    /// <summary>Coins out of nothing for an address, in the next block. In uallo.</summary>
    public void Fund(string address, BigInteger amount) => _watched.Chain.Fund(address, amount);

    /// <summary>The committed balance in uallo.</summary>
    public BigInteger BalanceOf(string address) => _watched.Chain.Read(chain => chain.Accounts.BalanceOf(address));

    /// <summary>Makes blocks now, one after the other, beside those that the block time brings.</summary>
    public async Task ProduceBlocksAsync(int count, CancellationToken cancellationToken)
    {
        for (var made = 0; made < count; made++)
        {
            await _producing.WaitAsync(cancellationToken);
            try
            {
                _watched.ProduceBlock(_time.GetUtcNow());
            }
            finally
            {
                _producing.Release();
            }
        }
    }

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
        await _stopping.CancelAsync();
        await _ticking;
        await _sockets.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        foreach (var node in Nodes)
        {
            node.Dispose();
        }

        _stopping.Dispose();
        _producing.Dispose();
    }

    private void Tick() => _ticking = Options.BlockTime is { } period
        ? TickAsync(period, _stopping.Token)
        : Task.CompletedTask;

    private async Task TickAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, _time);

        // Off the caller's thread, also for the first block.
        await Task.Yield();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await ProduceBlocksAsync(1, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed: no more blocks.
        }
    }
}
