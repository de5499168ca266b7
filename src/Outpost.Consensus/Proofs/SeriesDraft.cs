using Outpost.Chains.Wire;
using Outpost.Consensus.Series;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Proofs;

/// <summary>A project's series while leaves are added to it, before they are written.</summary>
/// <param name="known">Subtrees on disk that adding to a series of this size needs.</param>
internal sealed class SeriesDraft(SeriesExtent extent, IReadOnlyDictionary<(int Level, long Index), byte[]> known)
{
    private readonly Dictionary<(int, long), byte[]> _nodes = new(known);

    /// <summary>How far it goes, with what was added.</summary>
    public SeriesExtent Extent { get; private set; } = extent;

    /// <summary>What the next leaves may be joined with: a subtree for each bit of the size that is set.</summary>
    public static IEnumerable<(int Level, long Index)> Peaks(long size)
    {
        for (var level = 0; size >> level > 0; level++)
        {
            if (((size >> level) & 1) == 1)
            {
                yield return (level, (size >> level) - 1);
            }
        }
    }

    /// <summary>Adds a leaf, and gives what has to be written.</summary>
    public (StoredLeaf Leaf, IReadOnlyList<MerkleNode> Nodes) Append(SeriesLeaf leaf)
    {
        var json = CanonicalJson.OfValue(leaf);
        var tree = new MerkleTree(Extent.Size, (level, index) => _nodes[(level, index)]);
        var made = tree.Append(MerkleHash.OfLeaf(json));
        foreach (var node in made)
        {
            _nodes[(node.Level, node.Index)] = node.Hash;
        }

        var stored = new StoredLeaf(Extent.Size, leaf.Epoch.Begin, leaf.Epoch.End, json);
        Extent = new SeriesExtent(Extent.Size + 1, Math.Max(Extent.LastEnd ?? leaf.Epoch.End, leaf.Epoch.End));
        return (stored, made);
    }
}
