namespace Outpost.Consensus.Service;

/// <summary>When the window of a round begins.</summary>
public enum WindowStart
{
    /// <summary>With the first submission for its project and epoch, as the reference does.</summary>
    FirstSubmission,

    /// <summary>With the release of its epoch, for all projects alike.</summary>
    EpochRelease,
}
