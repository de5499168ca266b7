using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>A round that the writer is about to change.</summary>
/// <param name="Held">What the writer holds of it; null when it holds nothing.</param>
public readonly record struct RoundNeed(RoundKey Key, Round? Held);
