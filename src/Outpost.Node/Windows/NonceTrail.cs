using Outpost.Chains;

namespace Outpost.Node.Windows;

/// <summary>
/// The nonces of one topic as far as they are known, and which ones must have opened unseen between two of them. They
/// are an epoch apart, so a gap of several whole epochs names them; any other gap names none.
/// </summary>
internal sealed class NonceTrail
{
    /// <summary>Unseen windows that are named, the newest ones: a longer absence is told as a whole.</summary>
    public const int MostNamed = 64;

    private volatile bool _isDoubted = true;
    private bool _isBroken;
    private long _seenEpoch;

    /// <summary>An epoch before the first nonce that is foreseen, which may be a block that is yet to come.</summary>
    private Height? _before;

    /// <summary>Of nonces up to this one nothing needs to be said; null: of all.</summary>
    public Height? StartedAt { get; private set; }

    /// <summary>The newest that was served or has passed; null before the first.</summary>
    public Height? Newest { get; private set; }

    public bool IsNew(Height nonce) => Newest is not { } newest || nonce > newest;

    /// <summary>Goes on from nonces, newest first, of which nothing needs to be said.</summary>
    public void Start(IReadOnlyList<Height> known)
    {
        StartedAt = Newest = known.Count > 0 ? known[0] : null;
        _seenEpoch = known.Count > 1 ? known[0] - known[1] : 0;
        _before = null;
    }

    /// <summary>The first nonce is yet to come: those that follow it are counted from there.</summary>
    public void Foresee(Height next, long epochBlocks) => _before = next + -epochBlocks;

    /// <summary>
    /// Events may have been lost since the newest nonce. Where none was, a gap is the topic's own: no window opened in
    /// it. Safe for use from several threads.
    /// </summary>
    public void Doubt() => _isDoubted = true;

    /// <summary>The topic slept or woke: its epochs are counted from another block now.</summary>
    public void Break() => _isBroken = true;

    /// <summary>
    /// Moves on to a newer nonce and gives those that opened unseen on the way, oldest first. An epoch has the length
    /// that was seen last or the one that the chain tells; both can be out of date, so where both would name nonces
    /// none is named. False when windows may have opened that cannot be named, or not all of them.
    /// </summary>
    public bool TryReach(Height nonce, long epochBlocks, out IReadOnlyList<Height> unseen)
    {
        var blocks = (_before ?? Newest) is { } from && !_isBroken ? nonce - from : 0;
        var hasGap = _isDoubted && blocks > 0;
        List<long> fitting = hasGap ? [.. new[] { _seenEpoch, epochBlocks }.Distinct().Where(Fits)] : [];
        var epoch = fitting is [var one] ? one : 0;
        var count = epoch > 0 ? (blocks / epoch) - 1 : 0;
        unseen =
        [
            .. Enumerable.Range(1, (int)Math.Min(count, MostNamed)).Reverse().Select(back => nonce + (-back * epoch)),
        ];
        _seenEpoch = !hasGap && blocks > 0 ? blocks : epoch > 0 ? epoch : _seenEpoch;
        (Newest, _before, _isDoubted, _isBroken) = (nonce, null, false, false);
        return !hasGap || (epoch > 0 && count <= MostNamed);

        bool Fits(long length) => length > 0 && blocks % length == 0;
    }
}
