namespace Outpost.Consensus.Snapshotters;

/// <summary>A snapshotter that calls: who it is, and its calls.</summary>
public sealed record Member(Snapshotter Snapshotter, CallCount Calls);
