using System.Net;
using System.Numerics;
using Outpost.Chains.Allora;

namespace Outpost.Devnet;

/// <summary>What a devnet is made of; equal options and equal inputs give equal chains.</summary>
public sealed record DevnetOptions
{
    /// <summary>Decides every chance inside the chain: the validator's key, seeded scores.</summary>
    public int Seed { get; init; } = 1;

    public string ChainId { get; init; } = "outpost-devnet-1";

    /// <summary>How many nodes serve the chain, each with its own RPC, LCD and gRPC; named node-1, node-2…</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>
    /// Between two blocks, from milliseconds up; null: blocks come only by <see cref="Devnet.ProduceBlocksAsync"/>.
    /// </summary>
    public TimeSpan? BlockTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time of block 0; later blocks carry the clock that was passed in.</summary>
    public DateTimeOffset GenesisTime { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public EmissionsVersion Version { get; init; } = EmissionsVersion.V10;

    /// <summary>The block at which a v9 chain becomes v10; null: never.</summary>
    public long? UpgradeHeight { get; init; }

    public IReadOnlyList<TopicOptions> Topics { get; init; } = [new TopicOptions { Id = new(1) }];

    /// <summary>Coins at genesis, in uallo by address.</summary>
    public IReadOnlyDictionary<string, BigInteger> Balances { get; init; } = new Dictionary<string, BigInteger>();

    /// <summary>Who may pay whose fees (feegrant), without a limit.</summary>
    public IReadOnlyList<FeeAllowance> FeeAllowances { get; init; } = [];

    public EmissionsLimits Limits { get; init; } = new();

    /// <summary>In uallo for one unit of gas.</summary>
    public decimal GasPriceUallo { get; init; } = 10;

    /// <summary>Gas of all transactions of a block; 0: no limit.</summary>
    public long MaxBlockGas { get; init; }

    /// <summary>Transactions waiting for a block before broadcasts are refused with code 20.</summary>
    public int MempoolTransactions { get; init; } = 5_000;

    /// <summary>Blocks that can still be asked for; older ones are pruned.</summary>
    public int KeptBlocks { get; init; } = 1_000;

    /// <summary>The most that one faucet call gives, in uallo.</summary>
    public BigInteger FaucetLimitUallo { get; init; } = BigInteger.Pow(10, 19);

    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>The first node's; each further node adds 10. 0: any free port.</summary>
    public int RpcPort { get; init; }

    /// <summary>The first node's; each further node adds 10. 0: any free port. Also serves the faucet.</summary>
    public int LcdPort { get; init; }

    /// <summary>The first node's; each further node adds 10. 0: any free port.</summary>
    public int GrpcPort { get; init; }

    /// <summary>Topics 1..count with the same shape.</summary>
    /// <param name="isStaggered">Their openings are spread over the epoch instead of falling into one block.</param>
    public static IReadOnlyList<TopicOptions> ManyTopics(int count, TopicOptions shape, bool isStaggered = false) =>
        [.. Enumerable.Range(0, count).Select(index => shape with
        {
            Id = new((ulong)index + 1),
            FirstOpening = isStaggered ? 1 + (index % shape.EpochLength) : shape.FirstOpening,
        })];
}

/// <summary>One topic at genesis.</summary>
public sealed record TopicOptions
{
    public required TopicId Id { get; init; }

    public string Metadata { get; init; } = "BTC/USD price in the next blocks";

    public string LossMethod { get; init; } = "mse";

    /// <summary>Blocks between two openings of the worker window.</summary>
    public long EpochLength { get; init; } = 12;

    /// <summary>A payload may be in blocks nonce+1 .. nonce+this; less than the epoch length.</summary>
    public long WorkerWindow { get; init; } = 6;

    /// <summary>Blocks from a nonce to the truth, from which on reputers submit; at least the epoch length.</summary>
    public long GroundTruthLag { get; init; } = 12;

    /// <summary>The first nonce.</summary>
    public long FirstOpening { get; init; } = 2;

    public bool IsActive { get; init; } = true;

    public bool AllowsNegative { get; init; }

    /// <summary>v10: labeled values instead of one.</summary>
    public bool IsMulti { get; init; }

    /// <summary>Only these labels; empty: any.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public ulong MaxLabels { get; init; } = 16;

    /// <summary>v10: the values of an inference sum to 1, within 0.01.</summary>
    public bool RequiresUnity { get; init; }

    /// <summary>Null: no whitelist, everyone may submit.</summary>
    public IReadOnlyList<string>? WorkerWhitelist { get; init; }

    /// <summary>Workers registered at genesis; each owns itself.</summary>
    public IReadOnlyList<string> RegisteredWorkers { get; init; } = [];

    /// <summary>Null: no whitelist, everyone may submit and stake.</summary>
    public IReadOnlyList<string>? ReputerWhitelist { get; init; }

    /// <summary>Reputers registered at genesis; each owns itself.</summary>
    public IReadOnlyList<GenesisReputer> RegisteredReputers { get; init; } = [];

    /// <summary>New coins for all who worked for a nonce, paid when its losses are settled.</summary>
    public BigInteger RewardUallo { get; init; } = 3 * BigInteger.Pow(10, 15);

    /// <summary>Fills every window's active set before anyone else comes; null: no competitors.</summary>
    public Competitors? Competitors { get; init; }
}

/// <summary>Background workers that are in the active set of every window from its opening.</summary>
/// <param name="Score">Their score EMA; everyone else starts at 0.</param>
public sealed record Competitors(int Count, decimal Score);

/// <summary>A reputer at genesis, whose stake comes out of nothing.</summary>
public sealed record GenesisReputer(string Address, BigInteger StakeUallo);

/// <summary>The granter pays the fees of the grantee.</summary>
public sealed record FeeAllowance(string Granter, string Grantee);

/// <summary>Parameters of the emissions module (x/emissions/types/params.go), amounts in uallo.</summary>
public sealed record EmissionsLimits
{
    public BigInteger RegistrationFee { get; init; } = 200;

    public BigInteger DataSendingFee { get; init; } = 10;

    /// <summary>Below it a reputer's losses are refused.</summary>
    public BigInteger MinimumStake { get; init; } = 10_000;

    public int MaxTopInferers { get; init; } = 32;

    public int MaxTopForecasters { get; init; } = 6;

    public int MaxTopReputers { get; init; } = 6;

    public int MaxElementsPerForecast { get; init; } = 12;

    public int MaxUnfulfilledWorkerRequests { get; init; } = 100;

    public int MaxUnfulfilledReputerRequests { get; init; } = 100;

    public int MaxActiveTopicsPerBlock { get; init; } = 1_000;

    public int MaxSerializedLength { get; init; } = 1_000_000;

    public bool GlobalWorkerWhitelistEnabled { get; init; } = true;

    public IReadOnlyList<string> GlobalWorkers { get; init; } = [];

    public bool GlobalReputerWhitelistEnabled { get; init; } = true;

    public IReadOnlyList<string> GlobalReputers { get; init; } = [];
}
