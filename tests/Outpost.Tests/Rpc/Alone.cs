namespace Outpost.Tests.Rpc;

/// <summary>
/// Tests that look at the whole process: at its memory, or at its thread pool to move a clock when nothing is left to do
/// without it. No other test may run beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";

    /// <summary>For one step's work, on a machine that does much else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Threads of the pool that are at work all the time, whatever the test does.</summary>
    private static int _usual;

    /// <summary>Lets all run that does not wait for the clock, or until the task has ended.</summary>
    /// <remarks>Looked at from a thread beside the pool, since a look from the pool is work there itself.</remarks>
    internal static Task SettleAsync(Task task) => Task.Factory.StartNew(
        () => Settle(task), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Settle(Task task)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var spin = default(SpinWait);
        while (!task.IsCompleted && !IsQuiet())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                // To wait each time for what never ends helps nobody.
                _usual = AtWork();
                return;
            }

            spin.SpinOnce();
        }
    }

    /// <summary>True when nothing is queued, and whoever took the last of it has done it.</summary>
    private static bool IsQuiet() =>
        ThreadPool.PendingWorkItemCount == 0 && AtWork() <= _usual && ThreadPool.PendingWorkItemCount == 0;

    private static int AtWork()
    {
        ThreadPool.GetMaxThreads(out var all, out _);
        ThreadPool.GetAvailableThreads(out var idle, out _);
        return all - idle;
    }
}
