namespace Outpost.Uniswap;

/// <summary>
/// There is no snapshot to be had: the contract is no pair, or what the chain was said to hold contradicts itself. The
/// epoch is computed again while it can count.
/// </summary>
public sealed class UniswapException(string message) : Exception(message);
