namespace Outpost.Consensus.Epochs;

/// <summary>A stream, and where it begins when none of its epochs was released yet.</summary>
/// <param name="BeginBlock">0: at the chain's head.</param>
public sealed record EpochStart(EpochStream Stream, long BeginBlock);
