using Outpost.Simulation;

namespace Outpost.SimulationTests;

/// <summary>
/// The fault matrix: each thing that is known to go wrong, alone, and what must then happen. The checker holds every
/// window against it as well: nothing twice, no wrong sequence, nothing lost that could be met, each reason right.
/// </summary>
public sealed class FaultMatrixTests(FaultMatrix matrix) : IClassFixture<FaultMatrix>
{
    public static TheoryData<string> NoWindowIsLost => [.. FaultMatrix.NoWindowIsLost];

    public static TheoryData<string, string> Named => [.. FaultMatrix.Named];

    public static TheoryData<string> ComingAndGoing => [.. FaultMatrix.ComingAndGoing];

    /// <summary>One of three endpoints is bad for an hour, or the chain changes: no window may be missed.</summary>
    [Theory]
    [MemberData(nameof(NoWindowIsLost))]
    public void Costs_no_window(string fault)
    {
        var report = matrix.Report(new MatrixRow(fault));

        Assert.Empty(report.Violations);
        Assert.Empty(report.Missed);
        Assert.True(WorkersMet(report) > 20, report.ToString());
        Assert.True(report.Of("reputer").Met > 10, report.ToString());
    }

    /// <summary>What stands in the way for an hour names each miss, a reputer's too, and nothing else does.</summary>
    [Theory]
    [MemberData(nameof(Named))]
    public void Names_its_misses(string fault, string reasons)
    {
        var report = matrix.Report(new MatrixRow(fault));

        Assert.Empty(report.Violations);
        Assert.NotEmpty(report.Missed);
        Assert.NotEmpty(report.Of("reputer").Missed);
        Assert.Empty(report.Missed.Keys.Except(reasons.Split(' ')));
    }

    /// <summary>
    /// Short, again and again: no promise is broken, and most windows are met. Where a chain jumps, most are over in a
    /// moment, and those that could be met are.
    /// </summary>
    [Theory]
    [MemberData(nameof(ComingAndGoing))]
    public void Breaks_no_promise_when_it_comes_and_goes(string fault)
    {
        var report = matrix.Report(MatrixRow.Often(fault));

        Assert.Empty(report.Violations);
        Assert.True(WorkersMet(report) > 30, report.ToString());
        Assert.True(report.Of("reputer").Met > 10, report.ToString());
        Assert.True(
            fault.StartsWith("chain-jumps", StringComparison.Ordinal)
                ? report.Met >= report.CouldBeMet
                : report.Met > report.Duties / 2,
            report.ToString());
    }

    private static int WorkersMet(SimulationReport report) => report.Of("inferer").Met + report.Of("forecaster").Met;
}
