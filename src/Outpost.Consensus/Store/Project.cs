using Outpost.Consensus.Epochs;

namespace Outpost.Consensus.Store;

/// <summary>A snapshot use case on one contract or one aggregate; it exists since its first registration.</summary>
/// <param name="Id">Its number in the store.</param>
/// <param name="Name">Its id on the wire.</param>
/// <param name="Stream">The epochs that it is snapshotted for.</param>
public sealed record Project(int Id, string Name, EpochStream Stream);
