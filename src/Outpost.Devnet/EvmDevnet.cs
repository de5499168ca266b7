using Outpost.Devnet.Evm;
using Outpost.Devnet.Hosting;
using Outpost.Devnet.Uniswap;

namespace Outpost.Devnet;

/// <summary>How an EVM chain in memory is made.</summary>
public sealed record EvmDevnetOptions
{
    /// <summary>The id that its nodes tell.</summary>
    public long ChainId { get; init; } = 31_337;

    /// <summary>Decides every block that is made.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many endpoints serve it.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Contracts that emit logs without a meaning, 255 at most; not where there is Uniswap.</summary>
    public int Contracts { get; init; } = 8;

    /// <summary>Uniswap v2, traded in every block; null: there is none.</summary>
    public UniswapOptions? Uniswap { get; init; }

    /// <summary>The first block that has Multicall3; null: none has.</summary>
    public long? MulticallFrom { get; init; }
}

/// <summary>
/// An EVM chain in memory whose blocks come when they are asked for, with reorganisations, served by several nodes with
/// terms and faults of their own.
/// </summary>
public sealed class EvmDevnet : IAsyncDisposable
{
    private readonly EvmChain _chain;
    private readonly MemorySockets _sockets = new();
    private readonly TimeProvider _time;

    public EvmDevnet(EvmDevnetOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Nodes, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Contracts, byte.MaxValue, nameof(options));
        _time = time;
        _chain = new EvmChain(options.Seed, time.GetUtcNow());
        IContracts traded = new EvmContracts(options.Contracts);
        if (options.Uniswap is { } uniswap)
        {
            Uniswap = new UniswapListing(uniswap, options.Seed, _chain.Head.Timestamp);
            traded = new UniswapContracts(Uniswap, uniswap);
        }

        var contracts = new Multicall3(traded, options.MulticallFrom);
        Nodes =
        [
            .. Enumerable.Range(1, options.Nodes).Select(number => new EvmDevnetNode(
                _chain, contracts, options.ChainId, number, new Random(options.Seed + number), time)),
        ];
    }

    /// <summary>The endpoints, by their number.</summary>
    public IReadOnlyList<EvmDevnetNode> Nodes { get; }

    /// <summary>The tokens and pairs; null where the options name no Uniswap.</summary>
    public UniswapListing? Uniswap { get; }

    /// <summary>The newest block's number.</summary>
    public long Height => _chain.Head.Number;

    /// <summary>The address of a contract that emits logs, from 0.</summary>
    public static string ContractAt(int index) => EvmContracts.AddressOf(index);

    /// <summary>The hash of a block that counts now; null beyond the head.</summary>
    public string? HashAt(long number) => _chain.At(number)?.Hash;

    /// <summary>Puts blocks on the head, with the time that it is.</summary>
    public void Extend(int count) => _chain.Extend(count, _time.GetUtcNow());

    /// <summary>
    /// Leaves the newest blocks and puts others in their place; fewer than were left make the chain shorter.
    /// </summary>
    public void Reorganise(int depth, int count) => _chain.Reorganise(depth, count, _time.GetUtcNow());

    /// <summary>A network in memory that leads to the nodes and nowhere else, websockets included.</summary>
    /// <param name="delay">Drawn once for each way of a request; null: none, and no timer is made.</param>
    public HttpMessageHandler Network(Func<TimeSpan>? delay = null) => new MemoryNetwork(Nodes, _sockets, _time, delay);

    public ValueTask DisposeAsync() => _sockets.DisposeAsync();
}
