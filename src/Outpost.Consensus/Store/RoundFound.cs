using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>What the store holds of a round that the writer needs.</summary>
/// <param name="Round">The round as stored; null when it was never opened.</param>
/// <param name="Electorate">For a round that was never opened: who may vote if it opens now.</param>
public readonly record struct RoundFound(RoundKey Key, Round? Round, Roster? Electorate);
