namespace Outpost.Consensus.Rounds;

/// <summary>The name of a round.</summary>
/// <param name="Project">The project's number in the store.</param>
/// <param name="EpochEnd">The last block of the epoch.</param>
public readonly record struct RoundKey(int Project, long EpochEnd);
