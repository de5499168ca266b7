namespace Outpost.Devnet.Uniswap;

/// <summary>What one pair holds, in raw units of its tokens.</summary>
/// <param name="Supply">Liquidity tokens, those that were locked for ever included.</param>
/// <param name="Time">Of the block that changed it last, in seconds since 1970.</param>
internal sealed record PairState(UInt128 Reserve0, UInt128 Reserve1, UInt128 Supply, long Time);
