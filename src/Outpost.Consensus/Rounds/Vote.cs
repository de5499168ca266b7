namespace Outpost.Consensus.Rounds;

/// <summary>One submission, as it arrived.</summary>
/// <param name="Snapshotter">The voter's number in the store.</param>
/// <param name="Cid">The name of the snapshot that it computed.</param>
/// <param name="At">When it arrived, to the millisecond.</param>
public readonly record struct Vote(int Snapshotter, string Cid, DateTimeOffset At);
