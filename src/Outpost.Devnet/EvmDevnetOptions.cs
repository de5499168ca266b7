using System.Net;
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

    /// <summary>
    /// Between two blocks; null: blocks come only when they are asked for, and those of <see cref="History"/> are 12 s
    /// apart.
    /// </summary>
    public TimeSpan? BlockTime { get; init; }

    /// <summary>Blocks that are there from the start, on top of the first one; the newest has its time.</summary>
    public int History { get; init; }

    /// <summary>Contracts that emit logs without a meaning, 255 at most; not where there is Uniswap.</summary>
    public int Contracts { get; init; } = 8;

    /// <summary>Uniswap v2, traded in every block; null: there is none.</summary>
    public UniswapOptions? Uniswap { get; init; }

    /// <summary>The first block that has Multicall3; null: none has.</summary>
    public long? MulticallFrom { get; init; }

    /// <summary>Where sockets listen.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>The first node's, HTTP and websocket; each further node adds 10. 0: any free port.</summary>
    public int Port { get; init; }
}
