namespace Outpost.App.Settings;

/// <summary>Every key of the consensus service's native form; the reader asks for these.</summary>
internal static class ConsensusSettings
{
    public static readonly Setting Listen = new("listen", "host:port", "0.0.0.0:9030",
        "Where it serves HTTP; port 0 takes a free one.");

    public static readonly Setting Store = new("store", "a path, or a PostgreSQL connection string", "consensus.db",
        "Where everything is kept: an SQLite file, or Host=…;Database=… of a PostgreSQL server.");

    public static readonly Setting KeyFile = new(
        "keyFile", "a path", "the store's, with .key; consensus.key for PostgreSQL",
        "The key that signs verdicts; made at the first start, and readable by nobody else.");

    public static readonly Setting DomainChainId = new("domainChainId", "a whole number", "the first stream's",
        "The chain id that snapshotters sign for (EIP-712).");

    public static readonly Setting DomainContract = new(
        "domainContract", "an address", "0x0000000000000000000000000000000000000000",
        "The contract that snapshotters sign for (EIP-712).");

    public static readonly Setting Window = new("window", "a duration", "60s",
        "How long a round takes votes, 1s to 24h.");

    public static readonly Setting WindowStart = new(
        "windowStart", "\"firstSubmission\" or \"epochRelease\"", "firstSubmission",
        "Whether a window begins with the first submission for its project and epoch, or with the epoch's release.");

    public static readonly Setting MinCount = new("minSnapshotterCount", "a whole number from 1", "1",
        "With fewer votes that count a round is indeterminate.");

    public static readonly Setting Percentage = new("percentage", "a whole number from 1 to 100", "66",
        "The share that the leading CID needs: of all who may vote while the window runs, of those who did "
        + "afterwards.");

    public static readonly Setting VotesKept = new("votesKept", "a duration", "168h",
        "How long the votes of a round are kept after its window, 1m to 87600h; verdicts, records and series stay.");

    public static readonly Setting PublicRateLimit = new(
        "publicRateLimit", "a rate limit", "100000/day;200/minute;20/second",
        "How often an address may call that shows no identity.");

    public static readonly Setting History = new("historyLength", "a whole number from 1 to 100000", "1000",
        "How many of the newest epochs take snapshots and are listed.");

    public static readonly Setting Proxies = new("trustedProxies", "addresses or networks in a list", "none",
        "Proxies whose X-Forwarded-For and CF-Connecting-IP are believed, such as 10.0.0.0/8.");

    public static readonly Setting ChainId = new("streams[].chainId", "a whole number", "1",
        "The source chain's id.");

    public static readonly Setting EpochSize = new("streams[].epochSize", "a whole number from 1", "10",
        "Blocks in an epoch.");

    public static readonly Setting HeadOffset = new("streams[].headOffset", "a whole number from 0", "2",
        "How many blocks an epoch's last block stays behind the head.");

    public static readonly Setting BlockTime = new("streams[].blockTime", "a duration", "15s",
        "The usual time between two blocks, 1ms to 1h.");

    public static readonly Setting BeginBlock = new("streams[].beginBlock", "a whole number from 0", "0",
        "The first epoch's first block when none was released yet; 0 is the head.");

    public static readonly Setting Endpoints = new("streams[].endpoints", "http(s) URLs in a list", "none",
        "JSON-RPC endpoints of the source chain.");

    public static readonly Setting Sockets = new("streams[].sockets", "ws(s) URLs in a list", "none",
        "Websockets of the same endpoints, in their order, which tell of new blocks at once.");

    public static readonly Setting RateLimit = new("streams[].rateLimit", "a rate limit", "none",
        "How many HTTP requests each of the endpoints may get, such as 300/minute;10/second.");

    public static readonly Setting Head = new("streams[].head", "\"latest\", \"safe\" or \"finalized\"", "latest",
        "The block that counts as the chain's head, where the chain has these names.");

    public static readonly Setting Timeout = new("streams[].requestTimeout", "a duration", "5s",
        "How long one request may take, 100ms to 2m.");

    public static readonly Setting Projects = new("streams[].projects", "texts in a list", "none",
        "Projects of this stream, by their ids; all that no stream names belong to the first.");

    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } = Setting.AllOf(typeof(ConsensusSettings));
}
