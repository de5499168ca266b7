namespace Outpost.Chains.Cosmos;

/// <summary>
/// Learns the time between blocks from their arrival, by monotonic time. It is the median of the last samples, and a
/// sample lasts at least half of what is known so far: one long halt is one odd sample, and so is a burst of fetched
/// blocks, however many they are. Has one owner; not safe for several threads.
/// </summary>
public sealed class BlockPace(TimeProvider time, TimeSpan firstGuess)
{
    /// <summary>A true change of pace is learned within half of these.</summary>
    private const int SamplesKept = 15;

    /// <summary>Until there are so many, the headers' word counts for more than arrivals.</summary>
    private const int EnoughSamples = 5;

    /// <summary>However slow the chain was thought to be, a sample need not last longer.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(10);

    private readonly Queue<TimeSpan> _samples = new(SamplesKept);
    private bool _isGuessed;
    private long _sampleHeight;
    private long _sampleStart;

    /// <summary>The learned time between two blocks.</summary>
    public TimeSpan BlockTime { get; private set; } = firstGuess;

    /// <summary>How far from it four of five samples are at most.</summary>
    public TimeSpan Spread { get; private set; } = firstGuess / 2;

    /// <summary>Takes what the chain's headers say; arrivals go on from there.</summary>
    public void Guess(TimeSpan blockTime)
    {
        if (blockTime <= TimeSpan.Zero)
        {
            return;
        }

        _isGuessed = true;
        _samples.Clear();
        BlockTime = blockTime;
        Spread = blockTime / 2;
    }

    /// <summary>Takes note of a block that arrives now; heights only rise.</summary>
    public void Arrived(long height)
    {
        if (_sampleHeight == 0)
        {
            Restart(height);
            return;
        }

        var elapsed = time.GetElapsedTime(_sampleStart);
        var isLong = elapsed >= BlockTime / 2 || elapsed >= LongEnough || (!_isGuessed && _samples.Count == 0);
        if (elapsed <= TimeSpan.Zero || !isLong)
        {
            return;
        }

        if (_samples.Count == SamplesKept)
        {
            _samples.Dequeue();
        }

        _samples.Enqueue(elapsed / (height - _sampleHeight));
        Restart(height);
        if (!_isGuessed || _samples.Count >= EnoughSamples)
        {
            BlockTime = Rank(_samples, 0.5);
            Spread = Rank(_samples.Select(sample => (sample - BlockTime).Duration()), 0.8);
        }
    }

    private void Restart(long height)
    {
        _sampleHeight = height;
        _sampleStart = time.GetTimestamp();
    }

    private static TimeSpan Rank(IEnumerable<TimeSpan> samples, double share)
    {
        TimeSpan[] sorted = [.. samples];
        Array.Sort(sorted);
        return sorted[(int)((sorted.Length - 1) * share)];
    }
}
