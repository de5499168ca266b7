namespace Outpost.Consensus.Rounds;

/// <summary>When the votes of a round agree.</summary>
/// <param name="MinSnapshotterCount">With fewer votes that count nothing is decided for anybody; at least 1.</param>
/// <param name="Percentage">
/// The share that the leading CID needs, in percent, 1 to 100: of all who may vote while the window runs, of those who
/// did once it is over. Exactly this share is enough.
/// </param>
public sealed record Criteria(int MinSnapshotterCount, int Percentage);
