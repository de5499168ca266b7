namespace Outpost.Chains.Evm;

/// <summary>
/// What one endpoint takes, learned from its refusals: calls in a request, blocks in a search for logs, and how far
/// back it remembers. Safe for use from several threads.
/// </summary>
internal sealed class EvmLimits(EvmOptions options, TimeProvider time)
{
    // A search that found too much says little of the next one: the size grows back.
    private const double Growth = 1.5;

    // Every node has the state of this many blocks; what is missing there is an accident.
    private const int AlwaysKept = 64;

    // A node that forgot may be another one behind the same URL.
    private static readonly TimeSpan ForgetsFor = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private int _calls = options.BatchCalls;
    private long _mostBlocks = options.LogBlocks;
    private long _blocks = options.LogBlocks;
    private (long Block, long At)? _missing;
    private long _head;

    /// <summary>Calls in one request.</summary>
    public int Calls
    {
        get
        {
            lock (_lock)
            {
                return _calls;
            }
        }
    }

    /// <summary>Blocks in one search for logs.</summary>
    public long Blocks
    {
        get
        {
            lock (_lock)
            {
                return _blocks;
            }
        }
    }

    /// <summary>The newest block whose state it does not have, as far as it said so lately.</summary>
    public long? MissingUpTo
    {
        get
        {
            lock (_lock)
            {
                return _missing is { } missing && time.GetElapsedTime(missing.At) < ForgetsFor ? missing.Block : null;
            }
        }
    }

    /// <param name="most">The size that it named; null: half of what was asked.</param>
    public void BatchRefused(int asked, long? most)
    {
        lock (_lock)
        {
            _calls = (int)Math.Clamp(most ?? asked / 2, 1, Math.Max(1, Math.Min(_calls, asked - 1)));
        }
    }

    /// <param name="isRule">True: it never takes as many. False: there was too much in these.</param>
    public void BlocksRefused(long asked, long? most, bool isRule)
    {
        lock (_lock)
        {
            _blocks = Math.Clamp(most ?? asked / 2, 1, Math.Max(1, Math.Min(_blocks, asked - 1)));
            if (isRule)
            {
                _mostBlocks = Math.Min(_mostBlocks, _blocks);
            }
        }
    }

    /// <summary>A search of the full size was answered.</summary>
    public void BlocksAnswered(long asked)
    {
        lock (_lock)
        {
            if (asked >= _blocks)
            {
                _blocks = Math.Min(_mostBlocks, (long)(_blocks * Growth) + 1);
            }
        }
    }

    /// <summary>The endpoint told of its newest block.</summary>
    public void Head(long number)
    {
        lock (_lock)
        {
            _head = number;
        }
    }

    /// <summary>The endpoint said that it does not have the state of a block.</summary>
    public void Missing(long block)
    {
        lock (_lock)
        {
            if (block <= _head - AlwaysKept)
            {
                _missing = (Math.Max(block, _missing?.Block ?? 0), time.GetTimestamp());
            }
        }
    }
}
