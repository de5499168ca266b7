using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Store;

/// <summary>
/// What is on disk. Never writes. Safe for use from several threads; what throws, throws
/// <see cref="ConsensusException"/>.
/// </summary>
public interface IStoreReader
{
    /// <summary>Newest first.</summary>
    ValueTask<IReadOnlyList<ReleasedEpoch>> EpochsAsync(
        EpochStream stream, int count, CancellationToken cancellationToken);

    /// <summary>By name, in ordinal order.</summary>
    ValueTask<IReadOnlyList<Project>> ProjectsAsync(CancellationToken cancellationToken);

    ValueTask<Project?> ProjectAsync(string name, CancellationToken cancellationToken);

    /// <summary>The rounds without a verdict.</summary>
    ValueTask<IReadOnlyList<OpenRound>> OpenRoundsAsync(CancellationToken cancellationToken);

    ValueTask<StoredRound?> RoundAsync(RoundKey key, CancellationToken cancellationToken);

    ValueTask<bool> HasVotedAsync(RoundKey key, int snapshotter, CancellationToken cancellationToken);

    /// <summary>First votes in the order in which they came, and equivocations behind them.</summary>
    ValueTask<IReadOnlyList<StoredVote>> VotesAsync(RoundKey key, CancellationToken cancellationToken);

    /// <summary>The aliases of those registered for a project, in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> RegisteredAsync(int project, CancellationToken cancellationToken);

    /// <summary>Of these epochs, those for which a project's round was finalized.</summary>
    ValueTask<IReadOnlySet<long>> FinalizedAsync(
        int project, long firstEnd, long lastEnd, CancellationToken cancellationToken);

    /// <summary>How many projects of a stream have a CID for an epoch, and how many projects there are.</summary>
    ValueTask<(int Finalized, int Projects)> ProgressAsync(
        EpochStream stream, long epochEnd, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    ValueTask<IReadOnlyList<StoredIssue>> IssuesAsync(
        int snapshotter, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Grows with every change of a snapshotter.</summary>
    ValueTask<long> SnapshottersVersionAsync(CancellationToken cancellationToken);

    /// <summary>All that were ever added and not removed, with the SHA-256 of their instance ids.</summary>
    ValueTask<IReadOnlyList<Snapshotter>> SnapshottersAsync(CancellationToken cancellationToken);
}

/// <summary>A round that still waits for its verdict.</summary>
public readonly record struct OpenRound(RoundKey Key, DateTimeOffset ClosesAt);

/// <summary>A round without its votes.</summary>
public sealed record StoredRound(
    RoundKey Key, DateTimeOffset OpenedAt, DateTimeOffset ClosesAt, Criteria Criteria, long RosterId, int Eligible,
    Decision? Decision)
{
    /// <summary>True when its votes are removed.</summary>
    public bool IsPruned { get; init; }
}

/// <summary>A vote with its voter's alias.</summary>
/// <param name="Standing">Null for an equivocation.</param>
public sealed record StoredVote(int Snapshotter, string Alias, string Cid, DateTimeOffset At, Standing? Standing);

/// <summary>What a snapshotter reported.</summary>
public sealed record StoredIssue(DateTimeOffset At, string Json)
{
    /// <summary>How long it is kept and shown.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Of one snapshotter: more of them say nothing new.</summary>
    public const int MostKept = 1000;
}
