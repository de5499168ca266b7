using System.Numerics;
using Microsoft.Extensions.Logging;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Hosting;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet;

/// <summary>
/// An Allora chain in memory behind real sockets on loopback. Dispose it to stop everything that it started.
/// </summary>
public sealed class Devnet : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ChainNode _node;
    private readonly DevnetFaces _faces;
    private readonly DevnetServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _producing = new(1, 1);
    private Task _ticking = Task.CompletedTask;

    private Devnet(DevnetOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        Options = options;
        _time = time;
        Observer = new DevnetObserver(time);
        _node = new ChainNode(new Chain(options), Observer);
        _faces = new DevnetFaces(_node);
        _server = new DevnetServer { Options = options, Faces = _faces, Loggers = loggers };
    }

    public DevnetOptions Options { get; }

    /// <summary>What an onlooker at the chain's side saw.</summary>
    public DevnetObserver Observer { get; }

    /// <summary>CometBFT RPC; its websocket is /websocket below it.</summary>
    public Uri Rpc => _server.Rpc;

    public Uri Lcd => _server.Lcd;

    /// <summary>gRPC in plaintext HTTP/2.</summary>
    public Uri Grpc => _server.Grpc;

    public Uri Faucet => new(Lcd, Hosting.Faucet.Path);

    /// <summary>The newest block's number.</summary>
    public long Height => _node.Chain.Read(chain => chain.Store.Height);

    internal ChainNode Node => _node;

    internal DevnetFaces Faces => _faces;

    /// <summary>Whether the chain would take this text for an account's address.</summary>
    public static bool IsAddress(string text) => Address.Problem(text) is null;

    /// <summary>Serves from block 1 on; with a block time, blocks come by themselves.</summary>
    public static async Task<Devnet> StartAsync(
        DevnetOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var devnet = new Devnet(options, time, loggers);
        try
        {
            await devnet.ProduceBlocksAsync(1, cancellationToken);
            await devnet._server.StartAsync(cancellationToken);
        }
        catch
        {
            await devnet.DisposeAsync();
            throw;
        }

        devnet._ticking = options.BlockTime is { } period
            ? devnet.TickAsync(period, devnet._stopping.Token)
            : Task.CompletedTask;
        return devnet;
    }

    /// <summary>Coins out of nothing for an address, in the next block. In uallo.</summary>
    public void Fund(string address, BigInteger amount) => _node.Chain.Fund(address, amount);

    /// <summary>The committed balance in uallo.</summary>
    public BigInteger BalanceOf(string address) => _node.Chain.Read(chain => chain.Accounts.BalanceOf(address));

    /// <summary>Makes blocks now, one after the other, beside those that the block time brings.</summary>
    public async Task ProduceBlocksAsync(int count, CancellationToken cancellationToken)
    {
        for (var made = 0; made < count; made++)
        {
            await _producing.WaitAsync(cancellationToken);
            try
            {
                _node.ProduceBlock(_time.GetUtcNow());
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
        var (blocks, listening) = _node.Follow(bound: 8);
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
        await _server.DisposeAsync();
        _faces.Dispose();
        _stopping.Dispose();
        _producing.Dispose();
    }

    private async Task TickAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        // Off the caller's thread, also for the first block.
        await Task.Yield();
        using var timer = new PeriodicTimer(period, _time);
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
