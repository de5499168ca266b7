using System.Numerics;

namespace Outpost.Consensus.Series;

/// <summary>
/// An append-only list of leaves and its proofs, as in RFC 6962, 2.1. It is held as the hashes of its complete
/// subtrees, two for each leaf in all; a step reads a few of them for each doubling of the list, and none is ever
/// changed.
/// </summary>
/// <param name="size">How many leaves there are.</param>
/// <param name="node">The hash of a complete subtree by level and index, for those within the size.</param>
public sealed class MerkleTree(long size, Func<int, long, byte[]> node)
{
    /// <summary>How many leaves there are.</summary>
    public long Size { get; } = size;

    /// <summary>The root of a list that is at hand as a whole.</summary>
    public static byte[] RootOf(IEnumerable<byte[]> leafHashes)
    {
        var nodes = new Dictionary<(int, long), byte[]>();
        var size = 0L;
        foreach (var leafHash in leafHashes)
        {
            foreach (var made in new MerkleTree(size++, (level, index) => nodes[(level, index)]).Append(leafHash))
            {
                nodes[(made.Level, made.Index)] = made.Hash;
            }
        }

        return new MerkleTree(size, (level, index) => nodes[(level, index)]).Root();
    }

    /// <summary>The subtrees that one more leaf makes complete, itself first; the size has grown by one then.</summary>
    public IReadOnlyList<MerkleNode> Append(byte[] leafHash)
    {
        var made = new List<MerkleNode> { new(0, Size, leafHash) };
        for (var last = made[0]; (last.Index & 1) == 1; made.Add(last))
        {
            var pair = MerkleHash.OfPair(node(last.Level, last.Index - 1), last.Hash);
            last = new MerkleNode(last.Level + 1, last.Index >> 1, pair);
        }

        return made;
    }

    /// <summary>The root of all leaves.</summary>
    public byte[] Root() => Size == 0 ? MerkleHash.OfNothing() : Root(0, Size);

    /// <summary>What a verifier needs beside a leaf to find the root, from the leaf up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public IReadOnlyList<byte[]> Inclusion(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
        var path = new List<byte[]>();
        var (start, count) = (0L, Size);
        while (count > 1)
        {
            var left = LeftOf(count);
            if (index < start + left)
            {
                path.Add(Root(start + left, count - left));
                count = left;
            }
            else
            {
                path.Add(Root(start, left));
                (start, count) = (start + left, count - left);
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>What a verifier needs to see that the first leaves of now were all that there were at a size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The list was never of that size, or the size is 0.</exception>
    public IReadOnlyList<byte[]> Consistency(long earlier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(earlier, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(earlier, Size);
        var path = new List<byte[]>();
        var (start, count) = (0L, Size);
        while (earlier != start + count)
        {
            var left = LeftOf(count);
            if (earlier <= start + left)
            {
                path.Add(Root(start + left, count - left));
                count = left;
            }
            else
            {
                path.Add(Root(start, left));
                (start, count) = (start + left, count - left);
            }
        }

        // The verifier has the earlier root itself when it is a subtree that starts at the first leaf.
        if (start > 0)
        {
            path.Add(Root(start, count));
        }

        path.Reverse();
        return path;
    }

    /// <summary>The largest power of two below a count of two or more.</summary>
    private static long LeftOf(long count) => (long)(BitOperations.RoundUpToPowerOf2((ulong)count) >> 1);

    // The start is a multiple of the count's next power of two, so every part is a complete subtree.
    private byte[] Root(long start, long count)
    {
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.Log2((ulong)count);
            return node(level, start >> level);
        }

        var left = LeftOf(count);
        return MerkleHash.OfPair(Root(start, left), Root(start + left, count - left));
    }
}
