namespace Outpost.SimulationTests;

/// <summary>
/// The fault matrix: each thing that is known to go wrong, alone, and what must then happen. The checker holds every
/// window against it as well: nothing twice, no wrong sequence, nothing lost that could be met, each reason right.
/// </summary>
public sealed class FaultMatrixTests
{
    private const string When = " from=20m for=60m";

    /// <summary>One of three endpoints is bad for an hour: no window may be missed.</summary>
    [Theory]
    [InlineData("rpc-refuses@node-1")]
    [InlineData("rpc-stalls@node-1", "4s")]
    [InlineData("rpc-stalls@node-1", "0s")]
    [InlineData("rpc-429@node-1", "30s")]
    [InlineData("rpc-502@node-1")]
    [InlineData("rpc-garbage@node-1")]
    [InlineData("rpc-syncing@node-1")]
    [InlineData("rpc-behind@node-1", "20")]
    [InlineData("rpc-ahead@node-1", "1000")]
    [InlineData("rpc-empty-events@node-1")]
    [InlineData("rpc-wrong-chain@node-1")]
    [InlineData("rpc-silent-socket@node-1")]
    [InlineData("rpc-closes-socket@node-1")]
    [InlineData("tx-lost-reply@node-1")]
    [InlineData("tx-swallowed@node-1")]
    [InlineData("tx-any-sequence@node-1")]
    [InlineData("tx-mempool-full@node-1")]
    public Task One_bad_endpoint_costs_no_window(string fault, string? amount = null) => AllMetAsync(fault, amount);

    /// <summary>What no endpoint does any more, but what a node can do without.</summary>
    [Theory]
    [InlineData("rpc-empty-events")]
    [InlineData("rpc-silent-socket")]
    [InlineData("rpc-closes-socket")]
    [InlineData("tx-lost-reply")]
    [InlineData("tx-any-sequence")]
    public Task What_can_be_done_without_costs_no_window(string fault) => AllMetAsync(fault, null);

    [Theory]
    [InlineData("chain-halts")]
    [InlineData("chain-slows", "4")]
    [InlineData("fee-rises", "20")]
    [InlineData("window-length", "4")]
    [InlineData("epoch-length", "30")]
    [InlineData("topic-inactive", "1")]
    [InlineData("upgrade")]
    [InlineData("model-slow", "5s")]
    [InlineData("model-stale")]
    [InlineData("clock-jumps", "3600s")]
    public Task Changes_of_the_chain_and_slow_hosts_cost_no_window(string fault, string? amount = null) =>
        AllMetAsync(fault, amount);

    [Theory]
    [InlineData("rpc-refuses", null, "chain-unreachable", "seen-too-late")]
    [InlineData("rpc-stalls", "0s", "chain-unreachable", "seen-too-late")]
    [InlineData("rpc-502", null, "chain-unreachable", "seen-too-late")]
    [InlineData("rpc-garbage", null, "chain-unreachable", "seen-too-late")]
    [InlineData("rpc-wrong-chain", null, "chain-unreachable", "seen-too-late")]
    [InlineData("dns-gone", null, "chain-unreachable", "seen-too-late", "model-unreachable")]
    [InlineData("tx-swallowed", null, "window-closed")]
    [InlineData("tx-evicted", "1", "window-closed")]
    [InlineData("tx-mempool-full", null, "mempool-full")]
    [InlineData("funds-gone", null, "out-of-funds")]
    [InlineData("model-slow", "600s", "model-timeout")]
    [InlineData("model-refuses", null, "model-unreachable")]
    [InlineData("model-hangs", null, "model-timeout")]
    [InlineData("model-errors", null, "model-error")]
    [InlineData("model-crashes", null, "model-answer-invalid")]
    [InlineData("model-nan", null, "model-answer-invalid")]
    [InlineData("model-garbage", null, "model-answer-invalid")]
    [InlineData("disk-full", null, "journal-unavailable")]
    [InlineData("node-frozen", null, "seen-too-late", "window-closed", "interrupted")]
    [InlineData("node-killed", "0", "seen-too-late", "interrupted", "(no record)")]
    [InlineData("node-stopped", null, "seen-too-late", "interrupted", "(no record)")]
    [InlineData("node-power-loss", "4", "seen-too-late", "interrupted", "(no record)")]
    public async Task What_stood_in_the_way_for_an_hour_names_the_misses(
        string fault, string? amount, params string[] reasons)
    {
        var report = await Runs.OneAsync(Runs.Task(1, Line(fault, amount)));

        Assert.Empty(report.Violations);
        Assert.NotEmpty(report.Missed);
        Assert.Empty(report.Missed.Keys.Except(reasons));
    }

    /// <summary>Short things, again and again.</summary>
    [Theory]
    [InlineData("node-killed", 0)]
    [InlineData("node-killed", 1)]
    [InlineData("node-killed", 2)]
    [InlineData("node-killed", 3)]
    [InlineData("node-killed", 4)]
    [InlineData("node-power-loss", 0)]
    [InlineData("node-power-loss", 3)]
    [InlineData("node-power-loss", 4)]
    [InlineData("node-stopped", null)]
    [InlineData("node-frozen", null)]
    [InlineData("disk-full", null)]
    [InlineData("dns-gone", null)]
    [InlineData("rpc-refuses", null)]
    [InlineData("tx-evicted", 1)]
    [InlineData("chain-jumps", 30)]
    [InlineData("funds-gone", null)]
    [InlineData("second-signer", null)]
    public async Task What_comes_and_goes_breaks_no_promise(string fault, int? amount)
    {
        string[] plan = [.. Enumerable.Range(0, 90).Select(
            i => $"{fault} from={400 + (i * 71)}s for={2 + (i % 7)}s{(amount is null ? "" : $" amount={amount}")}")];
        var report = await Runs.OneAsync(Runs.Task(2, plan));

        Assert.Empty(report.Violations);
        Assert.True(report.Met > report.Duties / 2, report.ToString());
    }

    private static async Task AllMetAsync(string fault, string? amount)
    {
        var report = await Runs.OneAsync(Runs.Task(1, Line(fault, amount)));

        Assert.Empty(report.Violations);
        Assert.Empty(report.Missed);
        Assert.True(report.Met > 20, report.ToString());
    }

    private static string Line(string fault, string? amount) =>
        $"{fault}{When}{(amount is null ? "" : $" amount={amount}")}";
}
