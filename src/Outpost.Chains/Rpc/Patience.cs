namespace Outpost.Chains.Rpc;

/// <summary>How long to stay away from what failed: longer with each failure, and not in step with others.</summary>
internal sealed class Patience(TimeProvider time, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    // A look costs one request, and most windows are open for half a minute or more.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly long _start = time.GetTimestamp();

    public TimeProvider Time => time;

    /// <summary>Time since the start. The wall clock may jump by an hour; this does not.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>At least what the other side asked for. Callers hold a lock: chance is not safe to share.</summary>
    public TimeSpan After(int failures, TimeSpan? asked)
    {
        var seconds = Math.Min(
            First.TotalSeconds * Math.Pow(2, Math.Min(failures, 16) - 1), Longest.TotalSeconds);
        var jittered = TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * random.NextDouble())));
        return asked > jittered ? asked.Value : jittered;
    }
}
