namespace Outpost.Consensus.Series;

/// <summary>A complete subtree, whose hash never changes again however long its series grows.</summary>
/// <param name="Level">0 for a leaf; it spans 2^level leaves.</param>
/// <param name="Index">Its place among the subtrees of its level, from 0.</param>
/// <param name="Hash">Its root.</param>
public readonly record struct MerkleNode(int Level, long Index, byte[] Hash);
