using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;

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

/// <summary>One topic that this node serves as an inferer.</summary>
public sealed record TopicOptions
{
    public required TopicId Topic { get; init; }

    /// <summary>Where the inference comes from.</summary>
    public required HttpEntrypointOptions Inference { get; init; }
}

/// <summary>A model behind a URL.</summary>
public sealed record HttpEntrypointOptions
{
    /// <summary>
    /// The URL that is fetched with GET. {TopicId} and {BlockHeight} (the nonce) are filled in, then every name of
    /// <see cref="Variables"/>; the values are not escaped, as users of existing nodes rely on it.
    /// </summary>
    public required string UrlTemplate { get; init; }

    /// <summary>Further names for the template, such as Token. Names are case-sensitive.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>How long one attempt may take; attempts are repeated while the window is open.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The pause after a failed attempt; it doubles, with jitter, up to 30 s or a quarter of what is left.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// True: asked before the window opens, by the time that its answers take, for the block at which the window is
    /// expected. For models that need long; one that wants to see that block must not be asked ahead.
    /// </summary>
    public bool IsAskedAhead { get; init; }
}
