using Outpost.Consensus.Rounds;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>A submission on its way to the writer, and what came of it.</summary>
internal sealed class Submission(Project project, int snapshotter, long epochEnd, DateTimeOffset releasedAt, string cid)
{
    public Project Project { get; } = project;

    public int Snapshotter { get; } = snapshotter;

    public RoundKey Key { get; } = new(project.Id, epochEnd);

    public DateTimeOffset ReleasedAt { get; } = releasedAt;

    public string Cid { get; } = cid;

    /// <summary>The voter's own signature; null when it showed an instance id.</summary>
    public SignedVote? Signed { get; set; }

    /// <summary>True when the snapshotter is not registered for the project: nothing was recorded.</summary>
    public bool IsOutsider { get; set; }

    /// <summary>True when the round's votes are removed by now: nothing was recorded.</summary>
    public bool IsPruned { get; set; }

    /// <summary>True when it came after the window.</summary>
    public bool IsDelayed { get; set; }

    /// <summary>What the round comes to with it; null while it is open.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>Casts it as a vote, and adds what that changes.</summary>
    public void CastInto(Round round, DateTimeOffset now, List<Change> changes)
    {
        var (cids, voters, wasOpen) = (round.Cids.Count, round.Voters, round.Decision is null);
        var result = round.Cast(new Vote(Snapshotter, Cid, now));
        if (result is CastResult.First or CastResult.Equivocated)
        {
            var choice = round.ChoiceOf(Cid);
            if (choice >= cids)
            {
                changes.Add(new Change.CidNamed(Key, choice, Cid));
            }

            var standing = round.FirstOf(Snapshotter)!.Value.Standing;
            changes.Add(result == CastResult.First
                ? new Change.Voted(Key, Snapshotter, voters, choice, now, standing)
                : new Change.Equivocated(Key, Snapshotter, choice, now));
            if (result == CastResult.First && Signed is { } signed)
            {
                changes.Add(new Change.VoteSigned(
                    Key, Snapshotter, signed.Signer, signed.Request.SlotId, signed.Request.Deadline,
                    signed.Signature));
            }
        }

        if (wasOpen && round.Decision is { } decision)
        {
            changes.Add(new Change.Decided(Key, decision));
        }

        IsDelayed = now > round.ClosesAt;
        Verdict = round.Decision?.Verdict;
    }
}
