namespace Outpost.Tests.Rpc;

/// <summary>
/// Tests that move a clock when nothing is left to do without it. That shows in the thread pool, so no other test may
/// run beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";

    /// <summary>Work that does not end by itself is left behind after so many looks.</summary>
    private const int MostLooks = 10_000;

    /// <summary>Lets all run that does not wait for the clock, or until the task has ended.</summary>
    internal static async Task SettleAsync(Task task)
    {
        for (var look = 0; look < MostLooks; look++)
        {
            // Behind what is queued by now.
            await Task.Yield();
            if (task.IsCompleted || IsQuiet())
            {
                return;
            }
        }
    }

    /// <summary>True when nothing is queued, and nobody but the caller is at work.</summary>
    private static bool IsQuiet()
    {
        if (ThreadPool.PendingWorkItemCount > 0)
        {
            return false;
        }

        ThreadPool.GetMaxThreads(out var all, out _);
        ThreadPool.GetAvailableThreads(out var idle, out _);
        return all - idle == (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
    }
}
