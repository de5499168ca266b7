namespace Outpost.App.Settings;

/// <summary>Every key of the section "snapshots"; the reader asks for these.</summary>
internal static class SnapshotSettings
{
    public static readonly Setting ChainId = new("snapshots.chainId", "a whole number", "the first endpoint's answer",
        "The source chain's id, which every endpoint must serve.");

    public static readonly Setting Url = new("snapshots.endpoints[].url", "an http(s) URL", "",
        "A JSON-RPC endpoint of the source chain; in the order of preference, archive nodes last.");

    public static readonly Setting RateLimit = new("snapshots.endpoints[].rateLimit", "a rate limit", "none",
        "How many HTTP requests it may get, such as 300/minute;10/second. An epoch takes three.");

    public static readonly Setting PerSecond = new("snapshots.endpoints[].requestsPerSecond", "a number", "none",
        "The same, evenly.");

    public static readonly Setting Timeout = new("snapshots.requestTimeout", "a duration", "5s",
        "How long one request may take, 100ms to 2m; then the next endpoint is asked.");

    public static readonly Setting MulticallFrom = new("snapshots.multicallFrom", "a block", "none",
        "The first block that has the contract Multicall3. Known for Ethereum (14353601), if chainId says 1.");

    public static readonly Setting Consensus = new("snapshots.consensus", "an http(s) URL", "none",
        "The consensus service: releases epochs and takes votes. Without one the node cuts epochs itself, and keeps "
        + "what it computes.");

    public static readonly Setting InstanceId = new("snapshots.instanceId", "a text", "",
        "The UUID that the consensus service knows this snapshotter by: a secret. Better in the environment.");

    public static readonly Setting EpochPath = new("snapshots.epochPath", "a path", "/currentEpoch",
        "Where the consensus service tells the newest epoch.");

    public static readonly Setting PollInterval = new("snapshots.pollInterval", "a duration", "5s",
        "How often it is asked, 100ms to 5m.");

    public static readonly Setting EpochSize = new("snapshots.epochSize", "a whole number from 1", "10",
        "Blocks in an epoch, where the node cuts epochs itself.");

    public static readonly Setting HeadOffset = new("snapshots.headOffset", "a whole number from 0", "2",
        "How many blocks an epoch's last block stays behind the head, where the node cuts epochs itself.");

    public static readonly Setting BlockTime = new("snapshots.blockTime", "a duration", "12s",
        "How long a block takes by the chain's rules, 1ms to 1h: says how many epochs a day has for aggregates.");

    public static readonly Setting FirstBlock = new("snapshots.firstBlock", "a block", "0",
        "Where the first epoch of the stream begins; epochs are numbered from there.");

    public static readonly Setting Namespace = new("snapshots.namespace", "a text", "",
        "The last part of all project ids, the same for all snapshotters, such as UNISWAPV2-ph15-prod.");

    public static readonly Setting Backfill = new("snapshots.backfill", "a whole number from 0 to 100000", "720",
        "How many epochs are computed that were released while the node was away.");

    public static readonly Setting Store = new("snapshots.store", "a path", "snapshots.db",
        "The SQLite file of snapshots and what became of them.");

    public static readonly Setting Listen = new("snapshots.listen", "host:port", "none",
        "Where snapshots and series can be read over HTTP (docs/series.md); port 0 takes a free one.");

    public static readonly Setting Type = new("snapshots.projects[].type", "a text", "",
        "The use case, the first part of its projects' ids, such as pairContract_trade_volume.");

    public static readonly Setting Module = new("snapshots.projects[].module", "a path, or a name", "",
        "A .NET assembly with a class that implements ISnapshotProcessor of Outpost.Sdk; the name Outpost.Uniswap is "
        + "the one that comes with the program.");

    public static readonly Setting Class = new("snapshots.projects[].class", "a text", "the only one that fits",
        "The full name of the processor's class.");

    public static readonly Setting ProcessorSettings = new("snapshots.projects[].settings", "an object", "none",
        "Handed to the constructor of the processor's class.")
    {
        IsOverridable = false,
    };

    public static readonly Setting AggregateType = new("snapshots.aggregates[].type", "a text", "",
        "The use case, the first part of the ids, such as aggregate_24h_top_pairs.");

    public static readonly Setting AggregateModule = new("snapshots.aggregates[].module", "a path, or a name", "",
        "As of a project; its class implements IAggregateProcessor of Outpost.Sdk.");

    public static readonly Setting AggregateClass = new("snapshots.aggregates[].class", "a text",
        "the only one that fits", "The full name of the processor's class.");

    public static readonly Setting AggregateSettings = new("snapshots.aggregates[].settings", "an object", "none",
        "Handed to the constructor of the processor's class.")
    {
        IsOverridable = false,
    };

    public static readonly Setting Each = new("snapshots.aggregates[].each", "a type", "none",
        "One aggregate for each project, or aggregate, of this type.");

    public static readonly Setting Of = new("snapshots.aggregates[].of", "types or ids in a list", "none",
        "Instead of each: one aggregate over all of these.")
    {
        IsOverridable = false,
    };

    public static readonly Setting Contracts = new("snapshots.projects[].contracts", "addresses in a list", "",
        "The contracts that are snapshotted, each a project.")
    {
        IsOverridable = false,
    };
}
