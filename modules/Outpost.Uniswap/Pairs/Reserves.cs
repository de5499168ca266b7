namespace Outpost.Uniswap.Pairs;

/// <summary>What a pair holds of its two tokens, as these count; 112 bits at most.</summary>
internal readonly record struct Reserves(UInt128 Of0, UInt128 Of1)
{
    /// <summary>The two sides in the order of a first and a second token: Uniswap sorts them by address.</summary>
    public (UInt128 First, UInt128 Second) Of(bool isFirst0) => isFirst0 ? (Of0, Of1) : (Of1, Of0);
}
