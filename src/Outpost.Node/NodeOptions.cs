using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Losses;

namespace Outpost.Node;

/// <summary>All that one node is told: a chain, what to pay, and the topics it serves.</summary>
public sealed record NodeOptions
{
    /// <summary>Where the chain is reached.</summary>
    public required CosmosOptions Chain { get; init; }

    /// <summary>What transactions may cost, and who pays.</summary>
    public LaneOptions Lane { get; init; } = new();

    /// <summary>The topics served, each once.</summary>
    public required IReadOnlyList<TopicOptions> Topics { get; init; }

    /// <summary>
    /// The SQLite file of the journal; ":memory:" keeps nothing over a restart. The control socket is beside it.
    /// </summary>
    public string JournalPath { get; init; } = "outpost.db";
}

/// <summary>What transactions may cost, and who pays.</summary>
public sealed record LaneOptions
{
    /// <summary>Gas limit = simulated gas × this. Range 1 to 10.</summary>
    public decimal GasAdjustment { get; init; } = 1.3m;

    /// <summary>Fixed gas price in uallo per gas; null: asked from the chain's fee market.</summary>
    public decimal? GasPriceUallo { get; init; }

    /// <summary>How old an asked gas price may be before it is asked again.</summary>
    public TimeSpan GasPriceMaxAge { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>No transaction ever pays more, in uallo; null: no cap.</summary>
    public BigInteger? MaxFeeUallo { get; init; }

    /// <summary>The bech32 address that pays the fees by a fee grant; null: the account itself.</summary>
    public string? FeeGranter { get; init; }

    /// <summary>False: everything but the broadcast (a dry run).</summary>
    public bool Submits { get; init; } = true;
}

/// <summary>One topic that this node serves, and where its answers come from; null: not in that role.</summary>
public sealed record TopicOptions
{
    public required TopicId Topic { get; init; }

    /// <summary>Where the inference comes from.</summary>
    public EntrypointOptions? Inference { get; init; }

    /// <summary>Where the forecasts come from.</summary>
    public EntrypointOptions? Forecast { get; init; }

    /// <summary>Where the ground truth comes from, for a reputer.</summary>
    public EntrypointOptions? GroundTruth { get; init; }

    /// <summary>Where losses come from that are not built in; never http, which is a loss service.</summary>
    public EntrypointOptions? Loss { get; init; }

    /// <summary>A reputer's losses.</summary>
    public LossOptions Losses { get; init; } = new();

    /// <summary>
    /// A reputer's stake is topped up to this, in uallo, and to no less than the chain takes; null: to just that;
    /// zero: no stake is added.
    /// </summary>
    public BigInteger? MinStakeUallo { get; init; }
}

/// <summary>How a reputer's losses are computed.</summary>
public sealed record LossOptions
{
    /// <summary>Parameters of the built-in method, as in docs/losses.md.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What becomes of a loss too small for the chain.</summary>
    public SmallLoss Small { get; init; } = SmallLoss.Floor;

    /// <summary>The loss service of topics with one output; null: built in.</summary>
    public LossServiceOptions? Service { get; init; }

    /// <summary>The loss service of topics with labels; null: built in.</summary>
    public LossServiceOptions? LabeledService { get; init; }
}
