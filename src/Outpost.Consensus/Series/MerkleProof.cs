namespace Outpost.Consensus.Series;

/// <summary>
/// Checks the proofs of a <see cref="MerkleTree"/> with nothing but what they say: RFC 9162, 2.1.3.2 and 2.1.4.2.
/// </summary>
public static class MerkleProof
{
    /// <summary>The root that a leaf's place and path lead to; null when the path does not fit the place.</summary>
    public static byte[]? RootOf(byte[] leafHash, long index, long size, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= size || path.Any(hash => hash.Length != MerkleHash.Size))
        {
            return null;
        }

        var (here, last, root) = (index, size - 1, leafHash);
        foreach (var sibling in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((here & 1) == 1 || here == last)
            {
                root = MerkleHash.OfPair(sibling, root);
                while ((here & 1) == 0 && here != 0)
                {
                    (here, last) = (here >> 1, last >> 1);
                }
            }
            else
            {
                root = MerkleHash.OfPair(root, sibling);
            }

            (here, last) = (here >> 1, last >> 1);
        }

        return last == 0 ? root : null;
    }

    /// <summary>True when the list of the later root begins with the whole list of the earlier root.</summary>
    public static bool IsConsistent(
        long earlier, byte[] earlierRoot, long later, byte[] laterRoot, IReadOnlyList<byte[]> path)
    {
        if (earlier < 1 || earlier > later || path.Any(hash => hash.Length != MerkleHash.Size))
        {
            return false;
        }

        if (earlier == later)
        {
            return path.Count == 0 && earlierRoot.AsSpan().SequenceEqual(laterRoot);
        }

        // An earlier list that is one subtree is its own first hash.
        IReadOnlyList<byte[]> whole = long.IsPow2(earlier) ? [earlierRoot, .. path] : path;
        return whole.Count > 0
            && Roots(earlier, later, whole) is var (oldRoot, newRoot)
            && oldRoot.AsSpan().SequenceEqual(earlierRoot)
            && newRoot.AsSpan().SequenceEqual(laterRoot);
    }

    private static (byte[] Earlier, byte[] Later)? Roots(long earlier, long later, IReadOnlyList<byte[]> path)
    {
        var (here, last) = (earlier - 1, later - 1);
        while ((here & 1) == 1)
        {
            (here, last) = (here >> 1, last >> 1);
        }

        var (oldRoot, newRoot) = (path[0], path[0]);
        foreach (var hash in path.Skip(1))
        {
            if (last == 0)
            {
                return null;
            }

            if ((here & 1) == 1 || here == last)
            {
                (oldRoot, newRoot) = (MerkleHash.OfPair(hash, oldRoot), MerkleHash.OfPair(hash, newRoot));
                while ((here & 1) == 0 && here != 0)
                {
                    (here, last) = (here >> 1, last >> 1);
                }
            }
            else
            {
                newRoot = MerkleHash.OfPair(newRoot, hash);
            }

            (here, last) = (here >> 1, last >> 1);
        }

        return last == 0 ? (oldRoot, newRoot) : null;
    }
}
