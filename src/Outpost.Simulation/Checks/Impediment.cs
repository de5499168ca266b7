namespace Outpost.Simulation.Checks;

/// <summary>How far a fault reaches.</summary>
internal enum Reach
{
    /// <summary>It is no excuse: windows have to be met all the same.</summary>
    Nothing,
    /// <summary>One endpoint cannot be used; only when all are so is there no path.</summary>
    Endpoint,
    /// <summary>One topic's model.</summary>
    Topic,
    /// <summary>Every duty.</summary>
    Everything,
}

/// <summary>What a kind of fault excuses, as the checker sees it. It knows nothing of the node's inside.</summary>
/// <param name="Recovery">How long after its end a window may still suffer from it.</param>
/// <param name="Reasons">The codes that a miss may carry when this stood in the way.</param>
internal sealed record Impediment(Reach Reach, TimeSpan Recovery, params string[] Reasons)
{
    /// <summary>True when meanwhile the chain is not seen, or as it was a while ago: where this reaches.</summary>
    public bool Blinds { get; private init; }

    /// <summary>A node that was away cannot name what it did not see.</summary>
    public const string NoRecord = "unrecorded";

    /// <summary>
    /// A loss of power takes what was not durable, and the end of a process what a full disk had no room for: a
    /// restart then knows of a duty's beginning and not of its end, or of neither. Only what leaves is durable before,
    /// so that is no more than a word about a window that was missed.
    /// </summary>
    public const string RecordsLost = "records-lost";

    private static readonly Dictionary<string, Impediment> ByFault = new(StringComparer.Ordinal)
    {
        ["rpc-refuses"] = Path() with { Blinds = true },
        ["rpc-stalls"] = Path() with { Blinds = true },
        ["rpc-429"] = Path() with { Blinds = true },
        ["rpc-502"] = Path() with { Blinds = true },
        ["rpc-garbage"] = Path() with { Blinds = true },
        ["rpc-syncing"] = Path() with { Blinds = true },
        ["rpc-behind"] = Path() with { Blinds = true },
        ["rpc-ahead"] = Path(),
        ["rpc-empty-events"] = Path(),
        ["rpc-wrong-chain"] = Path() with { Blinds = true },
        ["rpc-silent-socket"] = Path(),
        ["rpc-closes-socket"] = Path(),
        ["tx-lost-reply"] = Path(),
        ["tx-swallowed"] = Path("window-closed"),
        ["tx-any-sequence"] = Path("window-closed"),
        ["tx-mempool-full"] = Path("mempool-full", "window-closed"),
        ["tx-evicted"] = All(2, "window-closed"),
        ["blocks-full"] = All(2, "window-closed"),
        // A jump that falls into a halt comes with its end: windows that are over before anybody can see them.
        ["chain-halts"] = new(Reach.Nothing, TimeSpan.FromSeconds(10),
            "chain-halted", "window-closed", "seen-too-late"),
        ["chain-jumps"] = new(Reach.Nothing, TimeSpan.FromSeconds(10),
            "seen-too-late", "window-closed", "model-timeout"),
        ["chain-slows"] = new(Reach.Nothing, TimeSpan.Zero, "chain-halted"),
        ["fee-rises"] = new(Reach.Nothing, TimeSpan.Zero),
        ["window-length"] = new(Reach.Nothing, TimeSpan.Zero),
        ["epoch-length"] = Regrouped(),
        ["topic-inactive"] = Regrouped(),
        // Endpoints that lag behind it all show names that the chain has no more.
        ["upgrade"] = new(Reach.Nothing, TimeSpan.Zero, "refused"),
        ["funds-gone"] = All(10, "out-of-funds"),
        ["model-slow"] = Model("model-timeout"),
        ["model-refuses"] = Model("model-unreachable"),
        ["model-hangs"] = Model("model-timeout"),
        ["model-errors"] = Model("model-error"),
        ["model-crashes"] = Model("model-answer-invalid", "model-unreachable"),
        ["model-nan"] = Model("model-answer-invalid"),
        ["model-garbage"] = Model("model-answer-invalid"),
        ["model-stale"] = new(Reach.Nothing, TimeSpan.Zero),
        ["node-killed"] = Host(),
        ["node-power-loss"] = Host(),
        ["node-stopped"] = Host(),
        [RecordsLost] = new(Reach.Nothing, TimeSpan.Zero, "interrupted", "seen-too-late", NoRecord),
        ["node-frozen"] = All(10, "seen-too-late", "window-closed", "model-timeout", "chain-unreachable") with
        {
            Blinds = true,
        },
        ["clock-jumps"] = new(Reach.Nothing, TimeSpan.Zero),
        ["disk-full"] = All(10, "journal-unavailable", NoRecord),
        ["dns-gone"] = All(10, "chain-unreachable", "model-unreachable", "seen-too-late", "window-closed") with
        {
            Blinds = true,
        },
        ["second-signer"] = new(Reach.Nothing, TimeSpan.FromSeconds(10), "submitted-elsewhere"),
    };

    /// <summary>A kind that is not in the table is no excuse.</summary>
    public static Impediment Of(string fault) => ByFault.GetValueOrDefault(fault) ?? new(Reach.Nothing, TimeSpan.Zero);

    /// <summary>
    /// The epochs of a topic lie otherwise than a node that was blind meanwhile can work out, so it cannot name what
    /// it did not see: until the next opening under the new order, at most 200 blocks later.
    /// </summary>
    private static Impediment Regrouped() => new(Reach.Nothing, TimeSpan.FromSeconds(1000), NoRecord);

    private static Impediment Path(params string[] more) => new(Reach.Endpoint, TimeSpan.FromSeconds(10),
        ["chain-unreachable", "seen-too-late", "window-closed", .. more]);

    /// <summary>A model that comes back in the last moment gives an answer, and the window closes on it.</summary>
    private static Impediment Model(params string[] reasons) =>
        new(Reach.Topic, TimeSpan.FromSeconds(10), [.. reasons, "window-closed"]);

    private static Impediment All(int recoverySeconds, params string[] reasons) =>
        new(Reach.Everything, TimeSpan.FromSeconds(recoverySeconds), reasons);

    private static Impediment Host() => All(5, "interrupted", "seen-too-late", "window-closed", NoRecord);
}
