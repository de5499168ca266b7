using System.Globalization;
using System.Text.Json;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Series;
using Outpost.Consensus.Store;
using Outpost.Sdk.Evm;

namespace Outpost.Consensus.Proofs;

/// <summary>Makes the records of verdicts, and the proofs that are asked for, out of the store and a key.</summary>
internal sealed class ProofLedger(
    IStoreReader store, IProofReader proofs, EthereumKey key, TypedDomain domain)
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    /// <summary>The address that signs.</summary>
    public EvmAddress Key => key.Address;

    /// <summary>Rounds whose verdict has no record yet, the earliest first.</summary>
    public ValueTask<IReadOnlyList<RoundKey>> UnrecordedAsync(int most, CancellationToken stop) =>
        proofs.UnrecordedAsync(most, stop);

    /// <summary>A project's series, to be added to.</summary>
    public async ValueTask<SeriesDraft> DraftAsync(int project, CancellationToken stop)
    {
        var extent = await proofs.SeriesAsync(project, stop);
        return new SeriesDraft(extent, await proofs.NodesAsync(project, [.. SeriesDraft.Peaks(extent.Size)], stop));
    }

    /// <summary>
    /// The record of a verdict, and the leaves that it adds to its project's series; null when the round is void since.
    /// </summary>
    public async ValueTask<Change.Recorded?> RecordAsync(
        Project project, ReleasedEpoch epoch, SeriesDraft series, CancellationToken stop)
    {
        var round = new RoundKey(project.Id, epoch.Epoch.End);
        if (await store.RoundAsync(round, stop) is not { Decision: { } decision } stored)
        {
            return null;
        }

        var votes = await VotesAsync(round, stop);
        var record = RecordOf(project, epoch, stored, decision, votes);
        var (leaves, nodes) = (new List<StoredLeaf>(), new List<MerkleNode>());
        void Append(SeriesLeaf leaf)
        {
            var (made, subtrees) = series.Append(leaf);
            leaves.Add(made);
            nodes.AddRange(subtrees);
        }

        if (series.Extent.LastEnd is { } last && last < epoch.Epoch.End)
        {
            foreach (var gap in Stretches(await proofs.SilentAsync(project, last, epoch.Epoch.End, stop)))
            {
                Append(new SeriesLeaf(SeriesLeaf.CurrentType, project.Name, gap, null, SeriesLeaf.NoVotes));
            }
        }

        Append(new SeriesLeaf(SeriesLeaf.CurrentType, project.Name, record.Epoch, record.Cid, record.Why));
        return new Change.Recorded(
            round, decision.At, CanonicalJson.OfValue(SignedStatement.By(key, record)), leaves, nodes);
    }

    /// <summary>All that is to be said of a verdict; null while it has no record.</summary>
    public async ValueTask<VerdictExport?> ExportAsync(
        Project project, long end, bool hasVotes, CancellationToken stop)
    {
        var round = new RoundKey(project.Id, end);
        if (await proofs.RecordAsync(round, stop) is not { } json)
        {
            return null;
        }

        var record = JsonSerializer.Deserialize<SignedStatement<VerdictRecord>>(json, Names)!;
        hasVotes &= await store.RoundAsync(round, stop) is { IsPruned: false };
        return new VerdictExport(
            record, hasVotes ? await VotesAsync(round, stop) : null, await InclusionAsync(project, end, null, stop));
    }

    /// <summary>The head of a series at a size, else of all of it; null when it was never of that size.</summary>
    public async ValueTask<SignedStatement<SeriesHead>?> HeadAsync(Project project, long? size, CancellationToken stop)
    {
        var extent = await proofs.SeriesAsync(project.Id, stop);
        var asked = size ?? extent.Size;
        return asked < 0 || asked > extent.Size
            ? null
            : await AskAsync(project, asked, tree => HeadOf(project, tree), stop);
    }

    /// <summary>That an epoch is in the series at a size; null when it is not.</summary>
    public async ValueTask<InclusionProof?> InclusionAsync(
        Project project, long end, long? size, CancellationToken stop)
    {
        var extent = await proofs.SeriesAsync(project.Id, stop);
        var asked = size ?? extent.Size;
        if (asked > extent.Size
            || await proofs.LeafAsync(project.Id, end, stop) is not { } leaf
            || leaf.Index >= asked)
        {
            return null;
        }

        var said = JsonSerializer.Deserialize<SeriesLeaf>(leaf.Json, Names)!;
        return await AskAsync(
            project, asked,
            tree => new InclusionProof(said, leaf.Index, Hex(tree.Inclusion(leaf.Index)), HeadOf(project, tree)), stop);
    }

    /// <summary>That the series of one size begins with that of another; null when it never had one of them.</summary>
    public async ValueTask<ConsistencyProof?> ConsistencyAsync(
        Project project, long from, long? to, CancellationToken stop)
    {
        var later = to ?? (await proofs.SeriesAsync(project.Id, stop)).Size;
        return from < 1 || from > later
            || await HeadAsync(project, from, stop) is not { } earlierHead
            || await HeadAsync(project, later, stop) is not { } laterHead
            ? null
            : await AskAsync(
                project, later,
                tree => new ConsistencyProof(earlierHead, laterHead, Hex(tree.Consistency(from))), stop);
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private VerdictRecord RecordOf(
        Project project, ReleasedEpoch epoch, StoredRound round, Decision decision, IReadOnlyList<CountedVote> votes)
    {
        return new VerdictRecord(
            VerdictRecord.CurrentType, project.Name, project.Stream.ChainId,
            new EpochBlocks(epoch.Epoch.Begin, epoch.Epoch.End), epoch.LastBlockHash,
            round.OpenedAt.ToUnixTimeMilliseconds(), round.ClosesAt.ToUnixTimeMilliseconds(),
            decision.At.ToUnixTimeMilliseconds(),
            new SigningDomain(
                domain.Name, domain.Version, Text(domain.ChainId), domain.VerifyingContract.ToString()),
            new VotingRule(round.Criteria.MinSnapshotterCount, round.Criteria.Percentage), round.Eligible, votes.Count,
            [.. RuleCheck.CountsOf(votes)], VotesRoot.Of(votes),
            (decision.Verdict as Verdict.Finalized)?.Cid,
            decision.Verdict is Verdict.Indeterminate no ? RuleCheck.TextOf(no.Why) : null);
    }

    private async ValueTask<IReadOnlyList<CountedVote>> VotesAsync(RoundKey round, CancellationToken stop) =>
    [
        .. (await proofs.CountedAsync(round, stop)).Select(vote => new CountedVote(
            vote.Signature?.Signer ?? $"sha256:{Convert.ToHexStringLower(vote.InstanceHash)}",
            vote.Cid,
            vote.At.ToUnixTimeMilliseconds(),
            vote.Signature is { } signed
                ? new VoterSignature(Text(signed.SlotId), Text(signed.Deadline), signed.Signature)
                : null)),
    ];

    // Which subtrees are asked for does not depend on their hashes: asked twice, the second time with all at hand.
    private async ValueTask<T> AskAsync<T>(Project project, long size, Func<MerkleTree, T> ask, CancellationToken stop)
    {
        var places = new HashSet<(int, long)>();
        var nothing = new byte[MerkleHash.Size];
        ask(new MerkleTree(size, (level, index) =>
        {
            places.Add((level, index));
            return nothing;
        }));
        var nodes = await proofs.NodesAsync(project.Id, places, stop);
        return ask(new MerkleTree(size, (level, index) => nodes[(level, index)]));
    }

    private SignedStatement<SeriesHead> HeadOf(Project project, MerkleTree tree) => SignedStatement.By(
        key,
        new SeriesHead(
            SeriesHead.CurrentType, project.Name, tree.Size, Convert.ToHexStringLower(tree.Root())));

    /// <summary>Epochs that follow one another make one leaf.</summary>
    private static IEnumerable<EpochBlocks> Stretches(IEnumerable<Epoch> epochs)
    {
        EpochBlocks? stretch = null;
        foreach (var epoch in epochs)
        {
            if (stretch is not null && stretch.End + 1 != epoch.Begin)
            {
                yield return stretch;
                stretch = null;
            }

            stretch = new EpochBlocks(stretch?.Begin ?? epoch.Begin, epoch.End);
        }

        if (stretch is not null)
        {
            yield return stretch;
        }
    }

    private static List<string> Hex(IEnumerable<byte[]> path) => [.. path.Select(Convert.ToHexStringLower)];
}
