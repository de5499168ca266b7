using System.Net;
using Outpost.Chains.Evm;

namespace Outpost.Node.Snapshots;

/// <summary>All that a snapshotter is told.</summary>
public sealed record SnapshotOptions
{
    /// <summary>Where the source chain is reached.</summary>
    public required EvmOptions Chain { get; init; }

    /// <summary>What is snapshotted; ids are different.</summary>
    public required IReadOnlyList<SnapshotProject> Projects { get; init; }

    /// <summary>What is aggregated, each after those that it is made of.</summary>
    public IReadOnlyList<AggregateProject> Aggregates { get; init; } = [];

    /// <summary>
    /// Who releases epochs and takes votes; null: the node cuts them itself and keeps what it computes.
    /// </summary>
    public ConsensusAccess? Consensus { get; init; }

    /// <summary>How the node itself cuts epochs, where there is no consensus service.</summary>
    public EpochCut Cut { get; init; } = new(10, 2);

    /// <summary>How epochs are counted, and how long they take.</summary>
    public EpochScale Scale { get; init; } = new(0, TimeSpan.FromSeconds(12));

    /// <summary>How many epochs before the newest one are computed that were released while nobody looked.</summary>
    public int MaxBackfill { get; init; } = 720;

    /// <summary>The SQLite file of snapshots and what became of them.</summary>
    public string StorePath { get; init; } = "snapshots.db";

    /// <summary>Where snapshots and series can be read over HTTP; null: nowhere.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>The ids of all that is snapshotted and aggregated.</summary>
    internal IReadOnlyList<string> ProjectIds =>
        [.. Projects.Select(project => project.Id), .. Aggregates.Select(aggregate => aggregate.Id)];
}

/// <summary>How a chain is cut into epochs.</summary>
/// <param name="Size">Blocks of an epoch.</param>
/// <param name="HeadOffset">How many blocks its last one stays behind the chain's head.</param>
public sealed record EpochCut(int Size, int HeadOffset);

/// <summary>Where the consensus service is, and who this snapshotter is to it.</summary>
public sealed record ConsensusAccess(Uri Url)
{
    /// <summary>The UUID that the service knows this snapshotter by: a secret.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Where the newest epoch is told.</summary>
    public string EpochPath { get; init; } = "/currentEpoch";

    /// <summary>How often the service is asked for a new epoch.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often it is asked what became of a vote.</summary>
    public TimeSpan ConfirmInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a verdict is waited for.</summary>
    public TimeSpan ConfirmPatience { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Requests under way at a time, where votes go one by one.</summary>
    public int RequestsBeside { get; init; } = 8;
}
