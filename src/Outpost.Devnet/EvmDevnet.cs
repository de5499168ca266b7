using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Evm;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Hosting;
using Outpost.Devnet.Uniswap;

namespace Outpost.Devnet;

/// <summary>
/// An EVM chain in memory with reorganisations, served by several nodes with terms and faults of their own: behind a
/// network in memory, or behind real sockets. Blocks come by the block time or when they are asked for.
/// </summary>
public sealed class EvmDevnet : IAsyncDisposable
{
    private static readonly TimeSpan UsualBlockTime = TimeSpan.FromSeconds(12);

    private readonly EvmChain _chain;
    private readonly MemorySockets _sockets = new();
    private readonly BlockProduction _production;
    private readonly DevnetServer? _server;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();

    // As many as were asked for; no client can fill it.
    private readonly Queue<Fault> _moves = [];

    /// <summary>
    /// In memory: reached through <see cref="Network"/> only, without a socket or a thread of its own.
    /// </summary>
    public EvmDevnet(EvmDevnetOptions options, TimeProvider time)
        : this(options, time, server: null) => _production.Start();

    private EvmDevnet(EvmDevnetOptions options, TimeProvider time, DevnetServer? server)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Nodes, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Contracts, byte.MaxValue, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.History, nameof(options));
        (_time, _server) = (time, server);
        var step = options.BlockTime ?? UsualBlockTime;
        var first = time.GetUtcNow() - (step * options.History);
        _chain = new EvmChain(options.Seed, first);
        for (var block = 1; block <= options.History; block++)
        {
            _chain.Extend(1, first + (step * block));
        }

        IContracts traded = new EvmContracts(options.Contracts);
        if (options.Uniswap is { } uniswap)
        {
            Uniswap = new UniswapListing(uniswap, options.Seed, _chain.At(0)!.Timestamp);
            traded = new UniswapContracts(Uniswap, uniswap);
        }

        var contracts = new Multicall3(traded, options.MulticallFrom);
        Nodes =
        [
            .. Enumerable.Range(1, options.Nodes).Select(number => new EvmDevnetNode(
                _chain, contracts, options.ChainId, number, new Random(options.Seed + number), time)),
        ];
        Faults = new DevnetFaults(() => Height, options.Nodes);
        Faults.Changed += Hear;
        _production = new BlockProduction(Faults, options.BlockTime, Produce, time);
    }

    /// <summary>The endpoints, by their number.</summary>
    public IReadOnlyList<EvmDevnetNode> Nodes { get; }

    /// <summary>
    /// What goes wrong at the moment, of <see cref="EvmFaultKinds"/>; begin and end it here. A fault at a node writes
    /// its terms when it begins and puts them back when it ends.
    /// </summary>
    public DevnetFaults Faults { get; }

    /// <summary>The tokens and pairs; null where the options name no Uniswap.</summary>
    public UniswapListing? Uniswap { get; }

    /// <summary>The newest block's number.</summary>
    public long Height => _chain.Head.Number;

    /// <summary>The address of a contract that emits logs, from 0.</summary>
    public static string ContractAt(int index) => EvmContracts.AddressOf(index);

    /// <summary>Serves on real sockets, HTTP and websocket at one port for each node.</summary>
    public static async Task<EvmDevnet> StartAsync(
        EvmDevnetOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = new DevnetServer(options.ListenAddress, loggers);
        var devnet = new EvmDevnet(options, time, server);
        try
        {
            foreach (var (index, node) in devnet.Nodes.Index())
            {
                node.Url = await server.ListenAsync(
                    node, HttpProtocols.Http1, DevnetServer.Port(options.Port, index), cancellationToken);
            }
        }
        catch
        {
            await devnet.DisposeAsync();
            throw;
        }

        devnet._production.Start();
        return devnet;
    }

    /// <summary>The hash of a block that counts now; null beyond the head.</summary>
    public string? HashAt(long number) => _chain.At(number)?.Hash;

    /// <summary>Puts blocks on the head, with the time that it is.</summary>
    public void Extend(int count) => _chain.Extend(count, _time.GetUtcNow());

    /// <summary>
    /// Leaves the newest blocks and puts others in their place; fewer than were left make the chain shorter.
    /// </summary>
    public void Reorganise(int depth, int count) => _chain.Reorganise(depth, count, _time.GetUtcNow());

    /// <summary>
    /// Makes blocks now, as the faults let it: none while the chain halts, more where it jumps, on another branch where
    /// it reorganises.
    /// </summary>
    public Task ProduceBlocksAsync(int count, CancellationToken cancellationToken) =>
        _production.ProduceAsync(count, cancellationToken);

    /// <summary>Completes when the chain has reached this height.</summary>
    public async Task WaitForHeightAsync(long height, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(IReadOnlyList<EvmBlock> made)
        {
            if (Height >= height)
            {
                reached.TrySetResult();
            }
        }

        _chain.Changed += Look;
        try
        {
            Look([]);
            await reached.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _chain.Changed -= Look;
        }
    }

    /// <summary>A network in memory that leads to the nodes and nowhere else, websockets included.</summary>
    /// <param name="delay">Drawn once for each way of a request; null: none, and no timer is made.</param>
    public HttpMessageHandler Network(Func<TimeSpan>? delay = null) => _server is null
        ? new MemoryNetwork(Nodes, _sockets, _time, delay)
        : throw new InvalidOperationException("This devnet listens on real sockets.");

    public async ValueTask DisposeAsync()
    {
        Faults.Changed -= Hear;
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

    private void Hear(Fault fault, bool isBeginning)
    {
        if (fault.Kind == EvmFaultKinds.ChainReorganises || fault.Kind == EvmFaultKinds.ChainRollsBack)
        {
            lock (_gate)
            {
                if (isBeginning)
                {
                    _moves.Enqueue(fault);
                }
            }

            return;
        }

        foreach (var node in Nodes)
        {
            node.Apply(fault.Kind, new NodeFaults(Faults, node.Name).Entry(fault.Kind));
        }
    }

    /// <summary>One block, or the next thing that the chain does instead.</summary>
    private void Produce(DateTimeOffset time)
    {
        Fault? move;
        lock (_gate)
        {
            _moves.TryDequeue(out move);
        }

        var depth = (int)Math.Min(Height, move?.Amount ?? 0);
        _chain.Reorganise(depth, move is null ? 1 : move.Kind == EvmFaultKinds.ChainReorganises ? depth + 1 : 0, time);
    }
}
