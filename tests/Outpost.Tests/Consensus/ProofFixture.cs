using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Series;
using Outpost.Consensus.Snapshotters;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Consensus;

/// <summary>A service's key and what it would export: rounds of some votes, and a series of some epochs.</summary>
internal sealed class ProofFixture : IDisposable
{
    public const string Project = "pair_total_reserves:0xb4e1:NS";
    public const string Winner = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    public const string Other = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    private const long Opened = 1_700_000_000_000;
    private const long Closes = Opened + 60_000;

    private readonly Dictionary<(int, long), byte[]> _nodes = [];
    private readonly List<SeriesLeaf> _leaves = [];

    public EthereumKey Key { get; } = EthereumKey.FromPrivateKey(Keccak256.Hash("the service"u8));

    /// <summary>Decided by the last vote, before the window's end.</summary>
    public VerdictExport Finalized(int eligible = 4) => Export(
        Record(eligible, [Vote(1, Winner), Vote(2, Other), Vote(3, Winner), Vote(4, Winner)], Winner, null, Opened + 4000));

    /// <summary>The same with votes that are signed by their voters.</summary>
    public VerdictExport Signed() => Export(
        Record(2, [SignedVote(1, Winner), SignedVote(2, Winner)], Winner, null, Opened + 2000));

    /// <summary>Decided by the window's end.</summary>
    public VerdictExport Tied() => Export(Record(9, [Vote(1, Winner), Vote(2, Other)], null, "tie", Closes));

    public static (VerdictRecord Record, CountedVote[] Votes) Record(
        int eligible, CountedVote[] votes, string? cid, string? why, long decidedAt) => (new VerdictRecord(
            VerdictRecord.CurrentType, Project, 1, new EpochBlocks(1001, 1010), "0x" + new string('a', 64), Opened, Closes,
            decidedAt, new SigningDomain("PowerloomProtocolContract", "0.1", "1", default(EvmAddress).ToString()),
            new VotingRule(1, 66), eligible, votes.Length,
            [.. votes.GroupBy(vote => vote.Cid).Select(group => new CidCount(group.Key, group.Count()))
                .OrderByDescending(count => count.Votes).ThenBy(count => count.Cid, StringComparer.Ordinal)],
            VotesRoot.Of(votes), cid, why), votes);

    public VerdictExport Export((VerdictRecord Record, CountedVote[] Votes) said)
    {
        Append(5, 1001 - 50);
        var index = _leaves.Count;
        var leaf = new SeriesLeaf(
            SeriesLeaf.CurrentType, said.Record.Project, said.Record.Epoch, said.Record.Cid, said.Record.Why);
        Append(leaf);
        Append(3, 1011);
        return new VerdictExport(SignedStatement.By(Key, said.Record), said.Votes, Inclusion(index));
    }

    public InclusionProof Inclusion(int index) => new(_leaves[index], index, Hex(Tree(_leaves.Count).Inclusion(index)), Head());

    public ConsistencyProof Consistency(long earlier) =>
        new(Head(earlier), Head(), Hex(Tree(_leaves.Count).Consistency(earlier)));

    public SignedStatement<SeriesHead> Head(long? size = null)
    {
        var tree = Tree(size ?? _leaves.Count);
        return SignedStatement.By(Key, new SeriesHead(
            SeriesHead.CurrentType, Project, tree.Size, Convert.ToHexStringLower(tree.Root())));
    }

    public void Append(int count, long begin)
    {
        for (var i = 0; i < count; i++)
        {
            var epoch = new EpochBlocks(begin + 10 * i, begin + 10 * i + 9);
            Append(i % 3 == 2
                ? new SeriesLeaf(SeriesLeaf.CurrentType, Project, epoch, null, SeriesLeaf.NoVotes)
                : new SeriesLeaf(SeriesLeaf.CurrentType, Project, epoch, Cid.Of(BitConverter.GetBytes(i)).ToString(), null));
        }
    }

    public static CountedVote Vote(int snapshotter, string cid) =>
        new($"sha256:{snapshotter:d64}", cid, Opened + 1000 * snapshotter, null);

    /// <summary>A vote with its voter's own signature.</summary>
    public static CountedVote SignedVote(int snapshotter, string cid)
    {
        using var key = EthereumKey.FromPrivateKey(Keccak256.Hash(BitConverter.GetBytes(snapshotter)));
        var request = new SnapshotRequest(7, 2000, cid, 1010, Project);
        var signature = key.Sign(request.Digest(new TypedDomain("PowerloomProtocolContract", "0.1", 1, default)));
        return Vote(snapshotter, cid) with
        {
            Snapshotter = key.Address.ToString(),
            Signature = new VoterSignature("7", "2000", signature.ToString()),
        };
    }

    public static byte[] Json<T>(T value) => CanonicalJson.OfValue(value);

    public void Dispose() => Key.Dispose();

    private void Append(SeriesLeaf leaf)
    {
        foreach (var node in Tree(_leaves.Count).Append(MerkleHash.OfLeaf(CanonicalJson.OfValue(leaf))))
        {
            _nodes.Add((node.Level, node.Index), node.Hash);
        }

        _leaves.Add(leaf);
    }

    private MerkleTree Tree(long size) => new(size, (level, index) => _nodes[(level, index)]);

    private static List<string> Hex(IEnumerable<byte[]> path) => [.. path.Select(Convert.ToHexStringLower)];
}
