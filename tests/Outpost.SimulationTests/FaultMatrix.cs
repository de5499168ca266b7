using Outpost.Simulation;

namespace Outpost.SimulationTests;

/// <summary>The rows of the fault matrix, and their runs: all together, side by side on all processors.</summary>
public sealed class FaultMatrix : IAsyncLifetime
{
    private readonly Dictionary<MatrixRow, SimulationReport> _reports = [];

    /// <summary>Faults of one endpoint of three, of what a node can do without, and changes that are no faults.</summary>
    public static IReadOnlyList<string> NoWindowIsLost { get; } =
    [
        "rpc-refuses@node-1", "rpc-stalls@node-1 amount=4s", "rpc-stalls@node-1 amount=0s", "rpc-429@node-1 amount=30s",
        "rpc-502@node-1", "rpc-garbage@node-1", "rpc-syncing@node-1", "rpc-behind@node-1 amount=20",
        "rpc-ahead@node-1 amount=1000", "rpc-empty-events@node-1", "rpc-wrong-chain@node-1",
        "rpc-silent-socket@node-1", "rpc-closes-socket@node-1", "tx-lost-reply@node-1", "tx-swallowed@node-1",
        "tx-any-sequence@node-1", "tx-mempool-full@node-1",
        "rpc-empty-events", "rpc-silent-socket", "rpc-closes-socket", "tx-lost-reply", "tx-any-sequence",
        "chain-halts", "chain-slows amount=4", "fee-rises amount=20", "window-length amount=4",
        "epoch-length amount=30", "topic-inactive amount=1", "upgrade", "model-slow amount=5s", "model-stale",
        "clock-jumps amount=3600s", "rpc-empty-events@node-1 + window-length amount=3",
    ];

    /// <summary>What leaves no way, with the reasons that a miss may carry then.</summary>
    public static IReadOnlyList<(string Fault, string Reasons)> Named { get; } =
    [
        ("rpc-refuses", "chain-unreachable seen-too-late"),
        ("rpc-stalls amount=0s", "chain-unreachable seen-too-late"),
        ("rpc-502", "chain-unreachable seen-too-late"),
        ("rpc-garbage", "chain-unreachable seen-too-late"),
        ("dns-gone", "chain-unreachable seen-too-late model-unreachable"),
        ("tx-swallowed", "window-closed"),
        ("tx-evicted amount=1", "window-closed"),
        ("tx-mempool-full", "mempool-full"),
        ("blocks-full", "window-closed"),
        ("funds-gone", "out-of-funds"),
        ("model-slow amount=600s", "model-timeout window-closed"),
        ("model-refuses", "model-unreachable window-closed"),
        ("model-hangs", "model-timeout window-closed"),
        ("model-errors", "model-error window-closed"),
        ("model-crashes", "model-answer-invalid window-closed"),
        ("model-nan", "model-answer-invalid window-closed"),
        ("model-garbage", "model-answer-invalid window-closed"),
        ("disk-full", "journal-unavailable"),
        ("node-frozen", "seen-too-late window-closed interrupted"),
        ("node-killed amount=0", "seen-too-late interrupted unrecorded"),
        ("node-stopped", "seen-too-late interrupted unrecorded"),
        ("node-power-loss amount=4", "seen-too-late interrupted unrecorded"),
    ];

    /// <summary>Ninety times for a few seconds each.</summary>
    public static IReadOnlyList<string> ComingAndGoing { get; } =
    [
        "node-killed amount=0", "node-killed amount=1", "node-killed amount=2", "node-killed amount=3",
        "node-killed amount=4", "node-power-loss amount=0", "node-power-loss amount=3", "node-power-loss amount=4",
        "node-stopped", "node-frozen", "disk-full", "dns-gone", "rpc-refuses", "tx-evicted amount=1",
        "blocks-full", "chain-jumps amount=30", "funds-gone", "second-signer",
        "model-hangs", "model-nan",
    ];

    internal SimulationReport Report(MatrixRow row) => _reports[row];

    public async ValueTask InitializeAsync()
    {
        List<MatrixRow> rows =
        [
            .. NoWindowIsLost.Concat(Named.Select(row => row.Fault)).Select(fault => new MatrixRow(fault)),
            .. ComingAndGoing.Select(MatrixRow.Often),
        ];
        // The seed is the row's number, by which its report is found again.
        var reports = await Runs.AllAsync(rows.Select((row, index) => row.Task(index)));
        foreach (var report in reports)
        {
            _reports[rows[report.Seed]] = report;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
