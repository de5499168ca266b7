namespace Outpost.Consensus.Proofs;

/// <summary>
/// What the service says and signs of every verdict: which votes counted, by which rule, and what they came to. Times
/// are unix milliseconds. docs/consensus-proofs.md explains each member.
/// </summary>
/// <param name="Type">Always <see cref="CurrentType"/>; it keeps one statement from being read as another.</param>
/// <param name="Project">The project voted on.</param>
/// <param name="ChainId">The source chain of the epoch.</param>
/// <param name="Epoch">The blocks voted on.</param>
/// <param name="LastBlockHash">The hash of its last block, when the service had asked the chain.</param>
/// <param name="OpenedAt">When the window began.</param>
/// <param name="ClosesAt">The last moment at which a vote counted.</param>
/// <param name="DecidedAt">The time of the vote that decided, or <paramref name="ClosesAt"/>.</param>
/// <param name="Domain">What voters sign for.</param>
/// <param name="Rule">When votes agree.</param>
/// <param name="Eligible">How many were registered and active when the window began.</param>
/// <param name="Counted">How many of them had voted when it was decided.</param>
/// <param name="Counts">Their votes for each CID, most first, equal numbers in the order of the CIDs.</param>
/// <param name="VotesRoot">The Merkle root over the votes that counted, in the order in which they came.</param>
/// <param name="Cid">What was finalized; null when nothing was.</param>
/// <param name="Why">Why nothing was finalized: tooFewVotes, tie or belowThreshold; null when something was.</param>
public sealed record VerdictRecord(
    string Type, string Project, long ChainId, EpochBlocks Epoch, string? LastBlockHash, long OpenedAt, long ClosesAt,
    long DecidedAt, SigningDomain Domain, VotingRule Rule, int Eligible, int Counted, IReadOnlyList<CidCount> Counts,
    string VotesRoot, string? Cid, string? Why)
{
    /// <summary>The name of this form of statement.</summary>
    public const string CurrentType = "outpost.verdict/1";
}

/// <summary>The blocks of an epoch, both included.</summary>
public sealed record EpochBlocks(long Begin, long End);

/// <summary>The criteria of a round: at least so many votes, of which the leading CID has so large a share.</summary>
public sealed record VotingRule(int MinSnapshotterCount, int Percentage);

/// <summary>A domain of typed data (EIP-712); its number is a text, which JSON keeps exactly.</summary>
public sealed record SigningDomain(string Name, string Version, string ChainId, string VerifyingContract);

/// <summary>How many of the votes that counted were for one CID.</summary>
public sealed record CidCount(string Cid, int Votes);

/// <summary>One vote that counted.</summary>
/// <param name="Snapshotter">The voter: its address when it signed, else "sha256:" and its instance id's hash.</param>
/// <param name="Cid">What it voted for.</param>
/// <param name="At">When it arrived, in unix milliseconds.</param>
/// <param name="Signature">Its own signature; null when it showed its instance id.</param>
public sealed record CountedVote(string Snapshotter, string Cid, long At, VoterSignature? Signature);

/// <summary>A voter's word for its vote: the typed data EIPRequest with project, epoch and CID of the vote.</summary>
/// <param name="SlotId">A part of what was signed, as a decimal text.</param>
/// <param name="Deadline">Another part of it.</param>
/// <param name="Signature">r‖s‖v, 0x and 130 hex digits.</param>
public sealed record VoterSignature(string SlotId, string Deadline, string Signature);
