namespace Outpost.Consensus.Proofs;

/// <summary>
/// One entry of a project's series: what became of an epoch. Nothing in it depends on when or by whom it was asked, so
/// services that agree have the same leaves.
/// </summary>
/// <param name="Type">Always <see cref="CurrentType"/>.</param>
/// <param name="Cid">What was finalized; null when nothing was.</param>
/// <param name="Why">Why nothing was: tooFewVotes, tie, belowThreshold, or noVotes for an epoch passed over.</param>
public sealed record SeriesLeaf(string Type, string Project, EpochBlocks Epoch, string? Cid, string? Why)
{
    /// <summary>The name of this form of leaf.</summary>
    public const string CurrentType = "outpost.series-leaf/1";

    /// <summary>The reason of a gap: nobody voted before a later epoch had its verdict.</summary>
    public const string NoVotes = "noVotes";
}

/// <summary>The service's word for a series of this size: all of it has this root.</summary>
/// <param name="Type">Always <see cref="CurrentType"/>.</param>
/// <param name="Size">How many leaves.</param>
/// <param name="Root">Their Merkle root, 64 hex digits.</param>
public sealed record SeriesHead(string Type, string Project, long Size, string Root)
{
    /// <summary>The name of this form of statement.</summary>
    public const string CurrentType = "outpost.series-head/1";
}

/// <summary>That a leaf is in the series of a head.</summary>
/// <param name="Index">The leaf's place, from 0.</param>
/// <param name="Path">Hashes from the leaf up, 64 hex digits each (RFC 6962, 2.1.1).</param>
public sealed record InclusionProof(
    SeriesLeaf Leaf, long Index, IReadOnlyList<string> Path, SignedStatement<SeriesHead> Head);

/// <summary>That the series of a later head begins with all of an earlier one (RFC 6962, 2.1.2).</summary>
public sealed record ConsistencyProof(
    SignedStatement<SeriesHead> Earlier, SignedStatement<SeriesHead> Later, IReadOnlyList<string> Path);

/// <summary>All that is to be said of one verdict, as GET /verdicts gives it.</summary>
/// <param name="Votes">The votes that counted, in the order in which they came; null: only their root is told.</param>
/// <param name="Inclusion">Its place in the project's series; null while it has none.</param>
public sealed record VerdictExport(
    SignedStatement<VerdictRecord> Record, IReadOnlyList<CountedVote>? Votes, InclusionProof? Inclusion);
