namespace Outpost.Node.Snapshots;

/// <summary>How far one project has come in one epoch. Stored: values are fixed, new ones are appended.</summary>
public enum SnapshotState
{
    /// <summary>The epoch was seen; nothing is computed yet.</summary>
    Opened = 1,

    /// <summary>The bytes are kept, and nobody was told.</summary>
    Computed = 2,

    /// <summary>The service has the vote on disk; the round goes on.</summary>
    Submitted = 3,

    /// <summary>The round was decided for what this node computed. Without a consensus service: it is kept.</summary>
    Finalized = 4,

    /// <summary>The round was decided for something else.</summary>
    Outvoted = 5,

    /// <summary>The round ended without a winner.</summary>
    Indeterminate = 6,

    /// <summary>There is no snapshot, or it came too late; a reason says why.</summary>
    Missed = 7,
}
