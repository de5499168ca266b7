using Outpost.Devnet.Faults;

namespace Outpost.App.Commands;

/// <summary>A plan of faults beside a devnet's run, told as it goes.</summary>
/// <param name="height">Of the chain, for what is told.</param>
internal sealed class DevnetFaultRun(
    FaultPlan plan, DevnetFaults faults, Func<long> height, TextWriter output, TimeProvider time)
{
    /// <summary>Lets go wrong what is planned until the run has ended.</summary>
    public async Task BesideAsync(Task run, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var planned = GoWrongAsync(ending.Token);
        try
        {
            await run;
        }
        finally
        {
            await ending.CancelAsync();
            await planned;
        }
    }

    private async Task GoWrongAsync(CancellationToken cancellationToken)
    {
        try
        {
            await plan.RunAsync(
                faults, time,
                (fault, isBeginning) => output.WriteLine(
                    $"block {height()}: {(isBeginning ? "begins" : "ended")}: {fault}"),
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The chain stops, and what was to go wrong with it.
        }
    }
}
