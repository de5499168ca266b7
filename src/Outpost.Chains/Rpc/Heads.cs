namespace Outpost.Chains.Rpc;

/// <summary>
/// How far the chain is, out of what its endpoints tell. No single endpoint can drag it far ahead: a height counts
/// when a second endpoint has reached it too, or when the time since the last such height explains it, by our clock or
/// by the times in the blocks' headers, at the chain's own pace. What does not count raises nothing, so a liar puts no
/// other endpoint behind. Where there is one endpoint, its word counts. It goes back only over heights that were
/// claimed, that no endpoint stands by any more, and of which no block was ever had. Callers hold a lock.
/// </summary>
internal sealed class Heads(IReadOnlyList<Endpoint> endpoints)
{
    // Honest nodes tell of a block within a moment of each other.
    private const int CloseBlocks = 5;

    // Without a second opinion the head may be thought to move twice as fast as it does.
    private const double Allowance = 2;
    private const int PaceBlocks = 100;

    private static readonly TimeSpan AssumedBlockTime = TimeSpan.FromSeconds(1);

    // Longer than a block takes to spread, and shorter than the rounds of one read.
    private static readonly TimeSpan DoubtFor = TimeSpan.FromSeconds(1);

    private (long Height, TimeSpan At, DateTimeOffset? Time)? _agreed;
    private (long Height, TimeSpan At)? _paceFrom;
    private TimeSpan _blockTime = AssumedBlockTime;
    private (long Newest, TimeSpan Since)? _doubt;
    private long _had;

    /// <summary>The newest block that counts; 0 before the first.</summary>
    public long Seen { get; private set; }

    /// <summary>True when one endpoint tells of blocks that no other one has told of for a while.</summary>
    public bool WantsSecondOpinion => !IsAlone && _agreed is { } agreed
        && endpoints.Any(one => one.Height > agreed.Height + CloseBlocks);

    private bool IsAlone => endpoints.Count(one => !one.Health.IsCordoned) <= 1;

    /// <summary>True for an endpoint that is further back than the moment in which a block spreads explains.</summary>
    public bool IsBehind(long height) => height < Seen - 1;

    /// <summary>An endpoint told of a height at which it stands.</summary>
    public void Heard(Endpoint endpoint, long height, DateTimeOffset? blockTime, TimeSpan now)
    {
        endpoint.Height = height;
        endpoint.BlockTime = blockTime;
        Agree(now);
        Raise(height, blockTime, now);
        Doubt(height, now);
        endpoint.Lag = Math.Max(0, Seen - height);
    }

    /// <summary>A block was delivered; which endpoint told of it is not known.</summary>
    /// <param name="isHad">The block itself is there, and not only somebody's word for it.</param>
    public void Delivered(long height, bool isHad, TimeSpan now)
    {
        Raise(height, null, now);
        if (isHad && height <= Seen)
        {
            _had = Math.Max(_had, height);
        }
    }

    private void Raise(long height, DateTimeOffset? blockTime, TimeSpan now)
    {
        if (height <= Seen || !(IsAlone || IsPlausible(height, blockTime, now)))
        {
            return;
        }

        Seen = height;
        _agreed ??= (height, now, blockTime);
        LearnPace(height, now);
    }

    private bool IsPlausible(long height, DateTimeOffset? blockTime, TimeSpan now)
    {
        if (_agreed is not { } agreed)
        {
            return true;
        }

        var passed = now - agreed.At;
        if (blockTime - agreed.Time is { } byHeaders && byHeaders > passed)
        {
            passed = byHeaders;
        }

        return height <= agreed.Height + CloseBlocks + (Allowance * passed / _blockTime);
    }

    // The second highest of all claims: at least two endpoints have got there. An old claim stays true.
    private void Agree(TimeSpan now)
    {
        var second = endpoints.Where(one => one.Height is not null).OrderByDescending(one => one.Height)
            .Skip(1).FirstOrDefault();
        if (second?.Height is { } height && height > (_agreed?.Height ?? 0))
        {
            _agreed = (height, now, second.BlockTime);
            if (height > Seen)
            {
                Seen = height;
                LearnPace(height, now);
            }
        }
    }

    // A head that all have claimed, and that all then answer from below, was never there.
    private void Doubt(long height, TimeSpan now)
    {
        if (height >= Seen || Seen <= _had)
        {
            _doubt = null;
            return;
        }

        var doubt = _doubt ?? (_had, now);
        _doubt = doubt with { Newest = Math.Max(doubt.Newest, height) };
        if (now - doubt.Since >= DoubtFor)
        {
            GoBack(_doubt.Value.Newest, now);
        }
    }

    private void GoBack(long height, TimeSpan now)
    {
        (Seen, _agreed, _doubt) = (height, (height, now, null), null);
        (_paceFrom, _blockTime) = ((height, now), AssumedBlockTime);
        foreach (var one in endpoints.Where(one => one.Height > height))
        {
            (one.Height, one.BlockTime) = (null, null);
        }
    }

    private void LearnPace(long height, TimeSpan now)
    {
        if (_paceFrom is not { } from)
        {
            _paceFrom = (height, now);
            return;
        }

        if (now > from.At && height - from.Height >= CloseBlocks)
        {
            _blockTime = (now - from.At) / (height - from.Height);
        }

        if (height - from.Height >= PaceBlocks)
        {
            _paceFrom = (height, now);
        }
    }
}
