namespace Outpost.Chains.Evm;

/// <summary>
/// When to ask for the newest block again: shortly before the next one is due by the chain's own pace, and then every
/// eighth of the time between blocks. Where a websocket told of the last one, it is given time to tell of the next.
/// </summary>
internal sealed class HeadPace(TimeProvider time)
{
    private const double UntilDue = 0.75;
    private const double UntilOverdue = 1.5;
    private const int LooksInBlock = 8;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    // A wait that is no longer than this costs an epoch little where the pace is learned wrong.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestHinted = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestBetween = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AssumedBlockTime = TimeSpan.FromSeconds(4);

    private long? _changedAt;

    /// <param name="hasChanged">Whether the last look found another block.</param>
    /// <param name="isHinted">Whether a websocket had told of it.</param>
    /// <param name="blockTime">As the headers show it; null: not known yet.</param>
    public TimeSpan Next(bool hasChanged, bool isHinted, TimeSpan? blockTime)
    {
        var pace = blockTime ?? AssumedBlockTime;
        if (hasChanged)
        {
            // A second block right after the first says that looks come late: the next one is due soon.
            var isLate = _changedAt is { } last && time.GetElapsedTime(last) < pace / LooksInBlock;
            _changedAt = time.GetTimestamp();
            return isHinted ? Clamp(pace * UntilOverdue, LongestHinted)
                : isLate ? Shortest : Clamp(pace * UntilDue, Longest);
        }

        return Clamp(pace / LooksInBlock, LongestBetween);
    }

    private static TimeSpan Clamp(TimeSpan wait, TimeSpan most) =>
        wait < Shortest ? Shortest : wait > most ? most : wait;
}
