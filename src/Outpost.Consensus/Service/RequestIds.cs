namespace Outpost.Consensus.Service;

/// <summary>The X-Request-ID of each answer: a UUID of version 4, other than all before it.</summary>
internal sealed class RequestIds(Random random)
{
    private readonly ulong _run = unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue));
    private long _count = random.NextInt64();

    public string Next()
    {
        var number = unchecked((ulong)Interlocked.Increment(ref _count));
        return string.Create(36, (Mixed(number), Mixed(number ^ _run)), static (text, halves) =>
        {
            var (high, low) = halves;
            high = (high & ~0xF000UL) | 0x4000UL;
            low = (low & ~(3UL << 62)) | (2UL << 62);
            for (int i = 0, at = 0; at < 36; at++)
            {
                if (at is 8 or 13 or 18 or 23)
                {
                    text[at] = '-';
                    continue;
                }

                var half = i < 16 ? high : low;
                text[at] = "0123456789abcdef"[(int)((half >> (60 - (i % 16 * 4))) & 15)];
                i++;
            }
        });
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014), which is a permutation.</summary>
    private static ulong Mixed(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
