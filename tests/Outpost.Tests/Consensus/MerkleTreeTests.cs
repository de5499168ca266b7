using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Outpost.Consensus.Series;

namespace Outpost.Tests.Consensus;

public sealed class MerkleTreeTests
{
    // The leaves and roots that the tests of Certificate Transparency's own logs use.
    private static readonly string[] Leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Has_the_published_roots(int size, string root)
    {
        Assert.Equal(root, Hex(Tree(size).Root()));
        Assert.Equal(root, Hex(MerkleTree.RootOf(Known(size))));
    }

    // The same tests' paths; they count leaves from 1.
    [Theory]
    [InlineData(1, 1, "")]
    [InlineData(1, 8, "96a296d2 5f083f0a 6b47aaf2")]
    [InlineData(6, 8, "bc1a0643 ca854ea1 d37ee418")]
    [InlineData(3, 3, "fac54203")]
    [InlineData(2, 5, "6e340b9c 5f083f0a bc1a0643")]
    public void Has_the_published_inclusion_proofs(int leaf, int size, string path) =>
        Assert.Equal(path, Short(Tree(size).Inclusion(leaf - 1)));

    [Theory]
    [InlineData(1, 1, "")]
    [InlineData(1, 8, "96a296d2 5f083f0a 6b47aaf2")]
    [InlineData(6, 8, "0ebc5d34 ca854ea1 d37ee418")]
    [InlineData(2, 5, "5f083f0a bc1a0643")]
    public void Has_the_published_consistency_proofs(int earlier, int later, string path) =>
        Assert.Equal(path, Short(Tree(later).Consistency(earlier)));

    // RFC 6962, 2.1, as it is written there: by recursion over the whole list.
    [Fact]
    public void Is_what_the_definition_says_at_every_size()
    {
        const int Most = 100;
        var leaves = Enumerable.Range(0, Most).Select(i => MerkleHash.OfLeaf(BitConverter.GetBytes(i))).ToArray();
        var proofs = 0;
        for (var size = 1; size <= Most; size++)
        {
            var tree = TreeOf(leaves[..size]);
            var root = tree.Root();
            Assert.Equal(NaiveRoot(leaves.AsSpan(0, size)), root);
            for (var i = 0; i < size; i++, proofs++)
            {
                var path = tree.Inclusion(i);
                Assert.Equal(NaivePath(i, leaves.AsSpan(0, size)), path);
                Assert.Equal(root, MerkleProof.RootOf(leaves[i], i, size, path));
            }

            for (var earlier = 1; earlier <= size; earlier++, proofs++)
            {
                var path = tree.Consistency(earlier);
                Assert.Equal(NaiveConsistency(earlier, leaves.AsSpan(0, size), isWhole: true), path);
                Assert.True(MerkleProof.IsConsistent(
                    earlier, NaiveRoot(leaves.AsSpan(0, earlier)), size, root, path), $"{earlier} in {size}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{proofs} proofs of lists of up to {Most} leaves");
    }

    [Fact]
    public void Any_other_proof_is_refused()
    {
        var tried = 0;
        Prop.ForAll<uint, uint, uint>((a, b, chance) =>
        {
            var size = 2 + (int)(a % 60);
            var index = (int)(b % (uint)size);
            var leaves = Enumerable.Range(0, size).Select(i => MerkleHash.OfLeaf(BitConverter.GetBytes(i))).ToArray();
            var tree = TreeOf(leaves);
            var (root, path) = (tree.Root(), tree.Inclusion(index));
            var random = new Random((int)(chance & int.MaxValue));
            var another = new byte[32];
            random.NextBytes(another);
            bool Leads(byte[] leaf, long at, long of, IReadOnlyList<byte[]> by) =>
                MerkleProof.RootOf(leaf, at, of, by) is { } found && found.AsSpan().SequenceEqual(root);
            tried++;
            return Leads(leaves[index], index, size, path)
                && !Leads(another, index, size, path)
                && !Leads(leaves[index], (index + 1) % size, size, path)
                && !Leads(leaves[index], size, size, path)
                && !Leads(leaves[index], -1, size, path)
                && !Leads(leaves[index], index, size, [.. path, another])
                && !Leads(leaves[index], index, size, [.. path.Skip(1)])
                && !Leads(leaves[index], index, size, [.. path.SkipLast(1), path[^1][..31]])
                && !Leads(leaves[index], index, size, Flipped(path, random));
        }).QuickCheckThrowOnFailure();
        Assert.True(tried >= 100);
    }

    [Fact]
    public void A_list_that_was_rewritten_is_not_consistent() => Prop.ForAll<uint, uint, uint>((a, b, chance) =>
    {
        var later = 2 + (int)(a % 60);
        var earlier = 1 + (int)(b % (uint)(later - 1));
        var random = new Random((int)(chance & int.MaxValue));
        var leaves = Enumerable.Range(0, later).Select(i => MerkleHash.OfLeaf(BitConverter.GetBytes(i))).ToArray();
        var before = TreeOf(leaves[..earlier]).Root();
        leaves[random.Next(earlier)] = MerkleHash.OfLeaf("rewritten"u8);
        var after = TreeOf(leaves);
        var path = after.Consistency(earlier);
        return !MerkleProof.IsConsistent(earlier, before, later, after.Root(), path)
            && MerkleProof.IsConsistent(earlier, TreeOf(leaves[..earlier]).Root(), later, after.Root(), path)
            && !MerkleProof.IsConsistent(earlier, TreeOf(leaves[..earlier]).Root(), later, before, path)
            && !MerkleProof.IsConsistent(0, MerkleHash.OfNothing(), later, after.Root(), path)
            && !MerkleProof.IsConsistent(
                earlier, TreeOf(leaves[..earlier]).Root(), later, after.Root(), Flipped([.. path, before], random));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Append_and_proof_cost_the_logarithm_of_the_size()
    {
        var nodes = new Dictionary<(int, long), byte[]>();
        var reads = 0;
        byte[] Read(int level, long index)
        {
            reads++;
            return nodes[(level, index)];
        }

        const int Size = 100_003;
        for (var i = 0; i < Size; i++)
        {
            var made = new MerkleTree(i, Read).Append(SHA256.HashData(BitConverter.GetBytes(i)));
            foreach (var node in made)
            {
                nodes.Add((node.Level, node.Index), node.Hash);
            }
        }

        Assert.True(nodes.Count < 2 * Size && reads < Size, $"{nodes.Count} nodes, {reads} reads");
        reads = 0;
        var tree = new MerkleTree(Size, Read);
        Assert.True(tree.Inclusion(77_777).Count <= 17 && tree.Consistency(54_321).Count <= 18 && reads <= 80, $"{reads}");
    }

    [Fact]
    public void What_is_not_there_has_no_proof()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Tree(3).Inclusion(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tree(3).Inclusion(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tree(3).Consistency(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tree(3).Consistency(0));
    }

    private static IReadOnlyList<byte[]> Flipped(IReadOnlyList<byte[]> path, Random random)
    {
        var copy = path.Select(hash => (byte[])hash.Clone()).ToList();
        copy[random.Next(copy.Count)][random.Next(32)] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    private static byte[] NaiveRoot(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var left = Split(leaves.Length);
        return SHA256.HashData([1, .. NaiveRoot(leaves[..left]), .. NaiveRoot(leaves[left..])]);
    }

    private static List<byte[]> NaivePath(int index, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
        {
            return [];
        }

        var left = Split(leaves.Length);
        return index < left
            ? [.. NaivePath(index, leaves[..left]), NaiveRoot(leaves[left..])]
            : [.. NaivePath(index - left, leaves[left..]), NaiveRoot(leaves[..left])];
    }

    private static List<byte[]> NaiveConsistency(int earlier, ReadOnlySpan<byte[]> leaves, bool isWhole)
    {
        if (earlier == leaves.Length)
        {
            return isWhole ? [] : [NaiveRoot(leaves)];
        }

        var left = Split(leaves.Length);
        return earlier <= left
            ? [.. NaiveConsistency(earlier, leaves[..left], isWhole), NaiveRoot(leaves[left..])]
            : [.. NaiveConsistency(earlier - left, leaves[left..], false), NaiveRoot(leaves[..left])];
    }

    private static int Split(int count)
    {
        var left = 1;
        while (left * 2 < count)
        {
            left *= 2;
        }

        return left;
    }

    private static IEnumerable<byte[]> Known(int size) =>
        Leaves[..size].Select(leaf => MerkleHash.OfLeaf(Convert.FromHexString(leaf)));

    private static MerkleTree Tree(int size) => TreeOf([.. Known(size)]);

    private static MerkleTree TreeOf(byte[][] leaves)
    {
        var nodes = new Dictionary<(int, long), byte[]>();
        for (var i = 0; i < leaves.Length; i++)
        {
            foreach (var node in new MerkleTree(i, (level, index) => nodes[(level, index)]).Append(leaves[i]))
            {
                nodes.Add((node.Level, node.Index), node.Hash);
            }
        }

        return new MerkleTree(leaves.Length, (level, index) => nodes[(level, index)]);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Short(IEnumerable<byte[]> path) => string.Join(' ', path.Select(hash => Hex(hash)[..8]));
}
