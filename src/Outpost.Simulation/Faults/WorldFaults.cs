using Outpost.Devnet.Faults;

namespace Outpost.Simulation.Faults;

/// <summary>
/// What can go wrong around a node and not at the chain: its models and its host. The chain's own faults are the
/// devnet's. A target "topic-3" is one topic's model; without a target all are meant.
/// </summary>
public static class WorldFaults
{
    public static readonly FaultKind ModelSlow = OfModel("model-slow", "The model takes longer.", "s", 20);

    public static readonly FaultKind ModelRefuses = OfModel("model-refuses", "The model's port is closed.");

    public static readonly FaultKind ModelHangs = OfModel("model-hangs",
        "The model takes the request and never answers: the container is up, the task is dead.");

    public static readonly FaultKind ModelErrors = OfModel("model-errors", "The model answers HTTP 500.");

    public static readonly FaultKind ModelCrashes = OfModel("model-crashes",
        "The model goes away in the middle of its answer.");

    public static readonly FaultKind ModelNotANumber = OfModel("model-nan", "The model answers NaN.");

    public static readonly FaultKind ModelGarbage = OfModel("model-garbage", "The model answers a page of HTML.");

    public static readonly FaultKind ModelStale = OfModel("model-stale",
        "The model answers the same as before, which is good enough to be sent.");

    public static readonly FaultKind NodeKilled = new("node-killed",
        "The process is killed (kill -9) and started again afterwards. Amount: 0 at any moment, 1 before a request "
        + "leaves, 2 after it was handled, 3 before a transaction leaves, 4 after it was taken.", "point", 0);

    public static readonly FaultKind PowerLoss = new("node-power-loss",
        "The machine loses its power: what was not made durable is gone. Amount as with node-killed.", "point", 0);

    public static readonly FaultKind NodeStopped = new("node-stopped", "The process is stopped gracefully.", "", 0);

    public static readonly FaultKind NodeFrozen = new("node-frozen",
        "The process stands still, as in a long collection or under memory pressure.", "", 0);

    public static readonly FaultKind ClockJumps = new("clock-jumps",
        "The machine's clock is set forward, and back at the end.", "s", 3600);

    public static readonly FaultKind DiskFull = new("disk-full", "Nothing more can be written.", "", 0);

    public static readonly FaultKind DnsGone = new("dns-gone", "No name resolves.", "", 0);

    public static readonly FaultKind SecondSigner = new("second-signer",
        "Another process with the same key serves the same topics.", "", 0);

    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        ModelSlow, ModelRefuses, ModelHangs, ModelErrors, ModelCrashes, ModelNotANumber, ModelGarbage, ModelStale,
        NodeKilled, PowerLoss, NodeStopped, NodeFrozen, ClockJumps, DiskFull, DnsGone, SecondSigner,
    ];

    private static FaultKind OfModel(string name, string summary, string unit = "", decimal amount = 0) =>
        new(name, summary, unit, amount) { IsOfNode = true };
}
