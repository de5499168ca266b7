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

    /// <summary>True when it came after the window.</summary>
    public bool IsDelayed { get; set; }

    /// <summary>What the round comes to with it; null while it is open.</summary>
    public Verdict? Verdict { get; set; }
}
