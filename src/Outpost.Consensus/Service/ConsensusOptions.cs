using System.Net;
using Outpost.Chains.Keys;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Service;

/// <summary>What the consensus service is asked to be.</summary>
public sealed record ConsensusOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, 9030);

    /// <summary>The SQLite file, or a PostgreSQL connection string.</summary>
    public string Store { get; init; } = "consensus.db";

    /// <summary>The key that signs verdicts, made when it is not there; null: beside the store, with ".key".</summary>
    public string? KeyFile { get; init; }

    /// <summary>What snapshotters sign for: the domain of typed data of the protocol's contract.</summary>
    public TypedDomain Domain { get; init; } =
        new(SnapshotRequest.DomainName, SnapshotRequest.DomainVersion, 1, default);

    /// <summary>How long a round takes votes, 1 s to 1 day.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    public WindowStart WindowStart { get; init; } = WindowStart.FirstSubmission;

    public Criteria Criteria { get; init; } = new(1, 66);

    /// <summary>How long the votes of a round are kept after its window; its verdict and its record stay.</summary>
    public TimeSpan VotesKept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often somebody may call who shows no identity.</summary>
    public string PublicRateLimit { get; init; } = "100000/day;200/minute;20/second";

    /// <summary>The streams of epochs; a new project belongs to the first, unless it is named below.</summary>
    public IReadOnlyList<EpochStream> Streams { get; init; } = [new EpochStream(1, 10, 2)];

    /// <summary>Projects that belong to another stream than the first, by their names.</summary>
    public IReadOnlyDictionary<string, EpochStream> ProjectStreams { get; init; } =
        new Dictionary<string, EpochStream>(StringComparer.Ordinal);

    /// <summary>How many of the newest epochs of a stream take snapshots and are told of.</summary>
    public int HistoryLength { get; init; } = 1000;

    /// <summary>Whose word is taken for whom a call comes from (X-Forwarded-For, CF-Connecting-IP); nobody's.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];
}
