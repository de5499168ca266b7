using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Series;

namespace Outpost.Consensus.Store;

/// <summary>One thing that happened, as the store writes it down and as listeners hear of it.</summary>
public abstract record Change
{
    private Change()
    {
    }

    /// <summary>A window began.</summary>
    public sealed record RoundOpened(
        RoundKey Key, DateTimeOffset At, DateTimeOffset ClosesAt, Roster Roster, Criteria Criteria) : Change;

    /// <summary>A CID was voted for that nobody in the round had named.</summary>
    /// <param name="Choice">Its number in the round, from 0.</param>
    public sealed record CidNamed(RoundKey Key, int Choice, string Cid) : Change;

    /// <summary>A snapshotter's first vote in a round.</summary>
    /// <param name="Ordinal">Its place among the first votes of its round, from 0.</param>
    public sealed record Voted(
        RoundKey Key, int Snapshotter, int Ordinal, int Choice, DateTimeOffset At, Standing Standing) : Change;

    /// <summary>What its voter signed of a first vote; it goes with a <see cref="Voted"/>.</summary>
    /// <param name="Signer">The address that signed, "0x…".</param>
    public sealed record VoteSigned(
        RoundKey Key, int Snapshotter, string Signer, ulong SlotId, ulong Deadline, string Signature) : Change;

    /// <summary>A vote for another CID by one who had voted.</summary>
    public sealed record Equivocated(RoundKey Key, int Snapshotter, int Choice, DateTimeOffset At) : Change;

    /// <summary>A round came to its verdict.</summary>
    public sealed record Decided(RoundKey Key, Decision Decision) : Change;

    /// <summary>Snapshots of an epoch are taken from now on.</summary>
    public sealed record EpochReleased(EpochStream Stream, ReleasedEpoch Epoch) : Change;

    /// <summary>The votes of a round left the store; its verdict, its record and its leaf stay.</summary>
    public sealed record VotesPruned(RoundKey Key) : Change;

    /// <summary>The chain has left the blocks of an epoch.</summary>
    public sealed record EpochInvalidated(EpochStream Stream, Epoch Epoch, DateTimeOffset At) : Change;

    /// <summary>A snapshotter will vote in rounds of this project that open from now on.</summary>
    public sealed record Registered(Project Project, int Snapshotter, DateTimeOffset At) : Change;

    /// <summary>The signed record of a verdict is kept, and its epoch is in its project's series.</summary>
    /// <param name="DecidedAt">When it was decided: a record of a round that is void by now is not kept.</param>
    /// <param name="Json">The record with its signature.</param>
    /// <param name="Leaves">The series' new leaves: the epoch's, behind those of epochs that were passed over.</param>
    /// <param name="Nodes">The subtrees that they made complete.</param>
    public sealed record Recorded(
        RoundKey Key, DateTimeOffset DecidedAt, byte[] Json, IReadOnlyList<StoredLeaf> Leaves,
        IReadOnlyList<MerkleNode> Nodes) : Change;

    /// <summary>A snapshotter told of trouble; <paramref name="Json"/> is its report without its identity.</summary>
    public sealed record IssueReported(int Snapshotter, DateTimeOffset At, string Json) : Change;
}
